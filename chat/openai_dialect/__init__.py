"""The chat in the words of OpenAI's API: any of their clients talks to the site's language models
(S045), and to its image models as well, which answer with a picture."""
