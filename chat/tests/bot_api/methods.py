"""What the bot may ask, method by method."""

import json
import time
from io import BytesIO

from PIL import Image, UnidentifiedImageError

from chat.tests.bot_api.wire import (
    BOT,
    MB,
    Refusal,
    bad,
    caption_of,
    file_of,
    from_json,
    keys_of,
    marks_of,
    text_of,
)

METHODS = (
    "getMe getUpdates setWebhook deleteWebhook getWebhookInfo setMyCommands getMyCommands"
    " sendMessage sendChatAction sendPhoto sendMediaGroup sendDocument editMessageText"
    " editMessageCaption editMessageReplyMarkup editMessageMedia deleteMessage answerCallbackQuery"
    " getFile"
).split()


class Methods:
    def call(self, method, words, files):
        self.journal.append((method, words))
        for each in self.scenarios:
            if each["method"] in {method, "*"} and each["times"] > 0:
                each["times"] -= 1
                raise Refusal(each["code"], each["description"], **each["parameters"])
        if method not in METHODS:
            raise Refusal(404, "Not Found: method not found")
        return getattr(self, f"do_{method}")(words, files)

    def do_getMe(self, words, files):
        return BOT | {"can_join_groups": True, "supports_inline_queries": False}

    def do_getUpdates(self, words, files):
        until = time.monotonic() + float(words.get("timeout") or 0)
        with self.lock:
            if self.webhook.get("url"):
                raise Refusal(409, "Conflict: can't use getUpdates method while webhook is active")
            if self.polls:
                raise Refusal(409, "Conflict: terminated by other getUpdates request")
            self.polls += 1
            try:
                if offset := int(words.get("offset") or 0):
                    self.updates = [u for u in self.updates if u["update_id"] >= offset]
                while not self.updates and (left := until - time.monotonic()) > 0:
                    self.lock.wait(min(left, 0.5))
                return self.updates[: int(words.get("limit") or 100)]
            finally:
                self.polls -= 1

    def do_setWebhook(self, words, files):
        if not words.get("url", "").startswith(("https://", "http://127.0.0.1")):
            raise bad("bad webhook: An HTTPS URL must be provided for webhook")
        self.webhook = dict(words)
        return True

    def do_deleteWebhook(self, words, files):
        self.webhook = {}
        return True

    def do_getWebhookInfo(self, words, files):
        return {
            "url": self.webhook.get("url", ""),
            "has_custom_certificate": False,
            "pending_update_count": len(self.updates),
        }

    def do_setMyCommands(self, words, files):
        commands = from_json(words["commands"])
        if not all(
            len(each["command"]) <= 32 and 1 <= len(each["description"]) <= 256 for each in commands
        ):
            raise bad("BOT_COMMAND_INVALID")
        self.commands[words.get("language_code", "")] = commands
        return True

    def do_getMyCommands(self, words, files):
        return self.commands.get(words.get("language_code", ""), [])

    def do_sendMessage(self, words, files):
        chat = self._chat(words)
        text = text_of(words, "text", 4096)
        return self.message(chat, BOT, text=text, **marks_of(words, text), **keys_of(words))

    def do_sendChatAction(self, words, files):
        self._chat(words)
        return True

    def do_sendPhoto(self, words, files):
        chat = self._chat(words)
        sizes = self._photo(words.get("photo", ""), "photo", files)
        return self.message(chat, BOT, photo=sizes, **caption_of(words), **keys_of(words))

    def do_sendMediaGroup(self, words, files):
        chat, media = self._chat(words), from_json(words["media"])
        if not 2 <= len(media) <= 10:
            raise bad("wrong number of media")
        return [
            self.message(chat, BOT, photo=self._photo(each["media"], "", files), **caption_of(each))
            for each in media
        ]

    def do_sendDocument(self, words, files):
        chat = self._chat(words)
        name, content = file_of(words.get("document", ""), "document", files)
        if len(content) > 50 * MB:
            raise Refusal(413, "Request Entity Too Large")
        document = {**self.keep_file(content, f"documents/{name}"), "file_name": name}
        return self.message(chat, BOT, document=document, **caption_of(words), **keys_of(words))

    def do_editMessageText(self, words, files):
        text = text_of(words, "text", 4096)
        return self._edit(words, text=text, **marks_of(words, text))

    def do_editMessageCaption(self, words, files):
        return self._edit(words, **caption_of(words))

    def do_editMessageReplyMarkup(self, words, files):
        return self._edit(words)

    def do_editMessageMedia(self, words, files):
        media = from_json(words["media"])
        return self._edit(words, photo=self._photo(media["media"], "", files), **caption_of(media))

    def do_deleteMessage(self, words, files):
        message = self._message(words)
        self.chats[message["chat"]["id"]].remove(message)
        return True

    def do_answerCallbackQuery(self, words, files):
        if words["callback_query_id"] not in self.presses:
            raise bad("query is too old and response timeout expired or query ID is invalid")
        if len(words.get("text", "")) > 200:
            raise bad("MESSAGE_TOO_LONG")
        self.answered.append((words["callback_query_id"], words.get("text", "")))
        return True

    def do_getFile(self, words, files):
        if words["file_id"] not in self.files:
            raise bad("wrong file_id or the file is temporarily unavailable")
        path, content = self.files[words["file_id"]]
        if len(content) > 20 * MB:
            raise bad("file is too big")
        return {
            "file_id": words["file_id"],
            "file_unique_id": "u",
            "file_path": path,
            "file_size": len(content),
        }

    def _edit(self, words, **changes):
        message = self._message(words)
        before = json.dumps([message.get(name) for name in (*changes, "reply_markup")])
        keys = keys_of(words)
        after = {**changes, "reply_markup": keys.get("reply_markup")}
        if before == json.dumps([*changes.values(), after["reply_markup"]]):
            raise bad(
                "message is not modified: specified new message content and reply markup are"
                " exactly the same as a current content and reply markup of the message"
            )
        self._pace(message["chat"]["id"])
        message.pop("reply_markup", None)
        message.update(changes, **keys, edit_date=int(time.time()))
        if "text" in changes:
            self.edits.append((message["chat"]["id"], message["message_id"], changes["text"]))
        return message

    def _message(self, words):
        chat = self._known(words)
        for each in self.chats[chat["id"]]:
            if each["message_id"] == int(words["message_id"]) and each["from"]["is_bot"]:
                return each
        raise bad("message to edit not found")

    def _chat(self, words):
        chat = self._known(words)
        self._pace(chat["id"])
        return chat

    def _known(self, words):
        number = int(words["chat_id"])
        if number in self.blocked:
            raise Refusal(403, "Forbidden: bot was blocked by the user")
        if number not in self.chats:  # nobody is written to who did not write first
            raise bad("chat not found")
        return self.chats[number][0]["chat"]

    def _pace(self, chat):
        before, self.said_at[chat] = self.said_at.get(chat, 0.0), self.clock()
        if self.strict and self.said_at[chat] - before < 0.95:
            raise Refusal(429, "Too Many Requests: retry after 1", retry_after=1)

    def _photo(self, given, field, files):
        _name, content = file_of(given, field, files)
        if len(content) > 10 * MB:
            raise bad("PHOTO_SAVE_FILE_INVALID")
        try:
            with Image.open(BytesIO(content)) as picture:
                width, height = picture.size
        except UnidentifiedImageError:
            raise bad("IMAGE_PROCESS_FAILED") from None
        if width + height > 10_000 or max(width, height) > 20 * min(width, height):
            raise bad("PHOTO_INVALID_DIMENSIONS")
        return self.keep_photo(content)
