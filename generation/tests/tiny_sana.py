"""Sana Sprint: two steps, an autoencoder that makes one of 32 pixels."""

from generation.tests.tiny_words import gemma_words


def make(folder):
    from diffusers import AutoencoderDC, SanaSprintPipeline, SanaTransformer2DModel, SCMScheduler
    from transformers import Gemma2Config, Gemma2Model

    words = gemma_words(300)
    depth = 6
    SanaSprintPipeline(
        transformer=SanaTransformer2DModel(
            in_channels=4,
            out_channels=4,
            num_attention_heads=2,
            attention_head_dim=8,
            num_layers=1,
            num_cross_attention_heads=2,
            cross_attention_head_dim=8,
            cross_attention_dim=16,
            caption_channels=8,
            sample_size=32,
            guidance_embeds=True,
            qk_norm="rms_norm_across_heads",
        ),
        vae=AutoencoderDC(
            latent_channels=4,
            attention_head_dim=2,
            encoder_block_out_channels=(8,) * depth,
            decoder_block_out_channels=(8,) * depth,
            encoder_layers_per_block=(1,) * depth,
            decoder_layers_per_block=(1,) * depth,
            encoder_qkv_multiscales=((),) * depth,
            decoder_qkv_multiscales=((),) * depth,
            scaling_factor=0.41407,
        ),
        text_encoder=Gemma2Model(
            Gemma2Config(
                vocab_size=len(words),
                hidden_size=8,
                intermediate_size=16,
                num_hidden_layers=1,
                num_attention_heads=2,
                num_key_value_heads=1,
                head_dim=4,
                max_position_embeddings=512,
            )
        ),
        tokenizer=words,
        scheduler=SCMScheduler(),
    ).save_pretrained(folder)
