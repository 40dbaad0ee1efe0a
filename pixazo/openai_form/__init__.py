"""The form of OpenAI's API, which both of its dialects here speak: pictures (`generation`) and chat
(`chat`). Everything below `/v1/` that fails, fails in it."""
