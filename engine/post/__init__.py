"""The post: letters in the tray go to a mail server, and what it answers decides what becomes of each."""

from engine.post.delivery import Delivered, deliver
from engine.post.retrying import retry, retry_all
from engine.post.settings import MailSettings, Security, mail_settings

__all__ = ["Delivered", "MailSettings", "Security", "deliver", "mail_settings", "retry", "retry_all"]
