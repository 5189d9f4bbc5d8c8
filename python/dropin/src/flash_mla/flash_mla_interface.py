"""Where FlashMLA has its functions; vLLM and SGLang import them from here."""

from mla.flash_mla import *  # noqa: F403
