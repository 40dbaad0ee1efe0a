"""Pictures in the words of OpenAI's API: translates in, submits, waits, translates out."""
