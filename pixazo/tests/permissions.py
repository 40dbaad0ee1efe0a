"""Who may do what at every address of somebody's things: one table, tried cell by cell.

Columns are the roles of `world.ROLES`: owner, author (the editor who made it), another editor,
viewer, stranger, nobody (not signed in), staff (who work in other people's workspaces no more than
strangers do). A cell says what comes:

    y  it is done, or shown          -  there is nothing (404)
    b  asked in vain, by somebody    r  refused with a sentence (403)
       who may (400, 409, 410, 422)  s  sign in first

Of a stranger, a member of staff and nobody, no cell but those of secret links and of what was
published may say more than that there is nothing. What is not listed for an address is no method
of it (405).
"""

TABLE = """
yyyy-s-  whoever works there sees it
  GET     studio feed changed now choices topics words saved_prompts saved_prompt people
  GET     batch batch_download job image image_download image_recipe image_tree upload generated
  GET     experiment experiment_cell experiment_ranking
  GET     list_copy list_download prompt_copy prompt_use style_copy
  GET     api_image api_status api_upload api_topic playground_status api_experiment api_members
  GET     dragon_status cyber_status cyber_picture cyber_metadata
  GET     api_image_file api_job api_comments_of_image api_batch api_one_image api_workspace
  GET     api_style api_theme api_list api_prompt source_prompt source_prompts
  GET     image_comments batch_comments comment_names api_image_comments api_batch_comments
  GET     openai_file api_comment workspace_history history_version api_history api_history_version
  GET     chat chat_messages chat_message chat_export chat_comments api_chat_comments
  GET     api_chats api_chat api_chat_export api_chat_messages api_chat_message

yyyy-s-  and has a say
  POST    image_comments batch_comments api_image_comments api_batch_comments
  POST    api_comments_of_image chat_comments api_chat_comments

bbbb-s-  and may ask what a prompt or a file would come to
  POST    final_text read

yyyr-s-  whoever works along makes something
  PATCH   api_one_image
  POST    topic_new batch_keep image_keep image_verify experiment_check experiment_new
  POST    workspace_form source_workspace_form
  POST    saved_prompts generate source_prompts api_verify api_image_verify
  POST    chat_new chat_keep chat_acting api_chats
  GET     topic_draft experiment_new experiment_compare

bbbr-s-  also this, which here lacks what it needs
  POST    topic_draft uploads image_upscale image_vary
  POST    experiment_create experiment_compare experiment_style
  POST    chat_import chat_messages chat_apply chat_propose
  POST    api_chat_arrivals api_chat_messages

yyyr-s-  and settles what was said
  POST    comment_resolve

yyy--s-  and describes what is there
  POST    image_describe

yyrr-s-  its author and the owner change it; others are told why they may not
  POST    batch_cancel batch_delete batch_restore batch_retry job_cancel job_retry
  POST    image_delete image_restore image_share share_revoke topic_cover
  POST    topic_rename topic_delete topic_restore saved_prompt_delete saved_prompt_restore
  POST    experiment_pause experiment_stop experiment_retry experiment_delete experiment_restore
  POST    api_batch_cancel api_batch_retry api_batch_restore api_job_retry api_image_restore
  POST    api_cancel api_topic_restore api_experiment_pause api_experiment_stop
  PATCH   api_topic playground_topic
  POST    comment_delete history_restore api_history_restore
  POST    image_publish image_publish_appeal image_withdraw
  POST    chat_rename chat_delete chat_restore chat_stop api_chat_restore api_chat_stop
  PATCH   api_chat
  DELETE  api_chat api_chat_message
  DELETE  api_topic playground_topic api_experiment api_comment api_batch api_one_image
  DELETE  playground_batch playground_generation cyber_image
  GET     image_share api_links
  POST    api_links
  DELETE  api_link
  GET     api_image_publication
  PUT     api_image_publication
  DELETE  api_image_publication

bbrr-s-  and chooses another model for it, though here there is no such one
  POST    chat_model

bbrr-s-  and brings messages to it, or has one answered anew, though here is nothing of the kind
  POST    api_chat_import chat_again api_chat_message_again

yyrr-s-  what is kept for later has pages for whoever may change it; others are told why not
  GET     list_edit prompt_edit style_edit theme_edit
  POST    list_edit list_delete prompt_edit prompt_delete
  POST    style_edit style_delete theme_edit theme_delete
  PATCH   api_list api_prompt source_prompt api_style api_theme
  DELETE  api_list api_prompt source_prompt api_style api_theme

y----s-  a workspace in the trash is its owner's to delete for good
  POST    trash_workspace
  DELETE  api_trash_workspace

yy---s-  others' trash is nobody else's to look into
  POST    trash_restore api_trash_restore api_prompt_restore
  POST    list_restore prompt_restore style_restore theme_restore

ryrr-s-  nobody puts words into another's mouth
  POST    comment_edit
  PATCH   api_comment

rbrr-s-  whoever pays goes on (and this one is not held)
  POST    experiment_resume api_experiment_resume

y----s-  the owner's
  GET     workspace_edit api_invitations archive archive_job archive_download
  GET     api_archive api_archive_file
  POST    archive_export archive_look archive_take archive_delete
  POST    workspace_edit workspace_delete people_invite people_owner people_remove people_role
  POST    invitation_send invitation_withdraw api_invitations api_invitation_send
  POST    api_workspace_archives
  PATCH   api_member api_workspace
  PUT     api_workspace
  DELETE  api_member api_invitation api_workspace api_archive

b----s-  which takes what is being sent, and this one has been written
  POST    archive_part api_archive_parts api_archive_look api_archive_take

byyy-s-  the owner hands over first
  POST    people_leave

-y---s-  a person's own
  GET     order_state
  POST    own_export_delete
  GET     own_export own_export_download api_export api_export_file api_ticket_file
  DELETE  api_export
  POST    key_revoke own_key_delete smart_view_delete appeal job_first api_queue_first
  POST    explore_withdraw session_end mfa_edit_webauthn mfa_remove_webauthn
  DELETE  api_view
  GET     mfa_edit_webauthn mfa_remove_webauthn
  GET     ticket
  POST    ticket_reply ticket_close ticket_reopen
  GET     api_ticket
  POST    api_ticket_messages api_ticket_close api_ticket_reopen

-y---sy  what they sent to staff, who get it, too
  GET     ticket_file

-----s-  nobody's here: it was not held back, is drawn, has no pictures yet
  POST    job_appeal
  GET     job_preview experiment_download shared_remix

yyyyyyy  what was published is everybody's to see (and what is not: test_permissions.py)
  GET     explore_one explore_original explore_picture explore_small
yyyyysy  and of whoever is signed in to have a say of
  POST    explore_complain explore_like explore_unlike
  GET     explore_remix api_publication
  PUT     api_publication_like
  DELETE  api_publication_like

yyyyyyy  whoever has a secret link
  GET     invitation shared shared_original shared_picture
  POST    shared
rrrrrsr  though this one is for somebody else's address
  POST    invitation_accept api_invitation_accept
"""

# Addresses of no row of anybody's.
ELSEWHERE = {
    "account_confirm_email": "a letter's key is the permission (test_sign_up.py)",
    "account_reset_password_from_key": "likewise",
    "social_leave": "another site's name (test_social.py)",
    "openid_connect_callback": "likewise",
    "events_since": "a signed token is (test_events.py)",
    "dragon_lora": "a LoRA is everybody's whose plan has it (test_alias_dragon.py)",
    "dragon_lora_api": "likewise",
    "unsubscribe": "a letter's signed token is (test_notifications.py)",
    "handed": "likewise (test_handed.py)",
    "legal": "a text for everybody",
    "openai_model": "a model's name (test_openai_images.py)",
}

# What is meant by a part of an address, the longest first where one is within another.
PARTS = {
    "saved-prompts/<pk>": "saved",
    "history/<kind>/<pk>": "version gone",
    "topics/<pk>": "topic",
    "chats/<pk>": "chat",
    "batches/<pk>": "batch",
    "status/<pk>": "job",
    "get_image/<pk>": "image",
    "generations/<pk>": "job",
    "jobs/<pk>": "job",
    "images/<pk>": "image",
    "explore/<pk>": "publication shown",
    "publications/<pk>": "publication shown",
    "experiments/<pk>": "experiment",
    "uploads/<pk>": "upload",
    "saved/<pk>": "saved",
    "prompts/<pk>": "saved",
    "styles/<pk>": "style",
    "themes/<pk>": "theme",
    "lists/<pk>": "list",
    "people/<pk>": "member",
    "members/<pk>": "member",
    "archives/<pk>": "archive",
    "data/<pk>": "own data",
    "exports/<pk>": "own data",
    "comments/<pk>": "comment",
    "help/<pk>": "ticket",
    "files/<pk>": "ticket file",
    "image/<pk>": "image",
    "invitations/<pk>": "invitation",
    "invitations/<token>": "letter",
    "safety/<pk>": "case",
    "webauthn/keys/<pk>": "passkey",
    "sessions/<pk>": "session",
    "orders/<pk>": "order",
    "keys/<pk>": "api key",
    "services/<pk>": "own key",
    "views/<pk>": "smart view",
    "trash/<kind>/<pk>": "topic gone",
    "trash/workspaces/<pk>": "workspace gone",
    "<upload_id>": "upload",
    "<image_id>": "image",
    "<experiment_id>": "experiment",
    "<job_id>": "job",
}
# Another row than usual, where only that can be asked for it.
OTHERS = {
    "cyber_status": "batch",
    "batch_cancel": "batch waiting",
    "batch_retry": "batch cancelled",
    "job_cancel": "job waiting",
    "job_first": "job waiting",
    "job_retry": "job cancelled",
    "api_cancel": "job waiting",
    "api_queue_first": "job waiting",
    "api_batch_cancel": "batch waiting",
    "api_batch_retry": "batch cancelled",
    "api_job_retry": "job cancelled",
    "image_withdraw": "image shown",
    "api_image_publication": "image shown",
    "image_publish_appeal": "image refused",
}
# What is sent where nothing would be refused for another reason.
SENT = {
    "topic_rename": {"name": "New"},
    "chat_rename": {"title": "New"},
    "api_chat": {"title": "New"},
    "api_chat_messages": {"content": "a fox"},
    "api_topic": {"name": "New"},
    "playground_topic": {"title": "New"},
    "people_role": {"role": "editor"},
    "api_member": {"role": "editor"},
    "people_invite": {"email": "lena@example.org", "role": "editor"},
    "api_invitations": {"email": "lena@example.org", "role": "editor"},
    "saved_prompts": {"prompt": "a fox"},
    "workspace_form": {"main_prompt": "a fox", "model_id": "painter"},
    "source_workspace_form": {"main_prompt": "a fox", "model_id": "painter"},
    "source_prompts": {"prompt": "a fox"},
    "image_comments": {"text": "Fine"},
    "batch_comments": {"text": "Fine"},
    "api_image_comments": {"text": "Fine"},
    "api_comments_of_image": {"text": "Fine"},
    "api_one_image": {"rating": 1},
    "api_batch_comments": {"text": "Fine"},
    "chat_comments": {"text": "Fine"},
    "api_chat_comments": {"text": "Fine"},
    "comment_edit": {"text": "Finer"},
    "ticket_reply": {"text": "And now?"},
    "api_ticket_messages": {"text": "And now?"},
    "api_comment": {"text": "Finer"},
    "api_image_publication": {"level": "picture"},
    "image_publish": {"publish-level": "picture"},
    "image_publish_appeal": {"text": "Look again"},
    "explore_complain": {"reason": "other"},
    "generate": {"prompt": "a fox", "model": "painter"},
}


def table():
    """(address's name, method) -> the seven letters."""
    found, letters = {}, ""
    for line in TABLE.strip().splitlines():
        words = line.split()
        if line and not line.startswith(" "):
            letters = words[0]
        for name in words[1:] if line.startswith(" ") else ():
            assert (name, words[0]) not in found, f"{name} is listed twice"
            found[name, words[0]] = letters
    return found
