"""What the View menu does: text size, rows, theme and language; each builds the window again."""

from __future__ import annotations

from collections.abc import Callable

from desktop_crm.core.i18n import LANGUAGES
from desktop_crm.ui.context import Context


class LookMenu:
    """The half of the window that those actions call."""

    ctx: Context
    may_close: Callable[[], bool]
    remember: Callable[[], None]

    def larger_text(self) -> None:
        self._resize_text(1)

    def smaller_text(self) -> None:
        self._resize_text(-1)

    def toggle_compact(self) -> None:
        self.rebuild(lambda: self.ctx.theme.choose(compact=not self.ctx.theme.compact))

    def theme_system(self) -> None:
        self.rebuild(lambda: self.ctx.theme.choose(mode="system"))

    def theme_light(self) -> None:
        self.rebuild(lambda: self.ctx.theme.choose(mode="light"))

    def theme_dark(self) -> None:
        self.rebuild(lambda: self.ctx.theme.choose(mode="dark"))

    def language_zh_tw(self) -> None:
        self._speak("zh_TW")

    def language_zh_cn(self) -> None:
        self._speak("zh_CN")

    def language_en(self) -> None:
        self._speak("en")

    def check_look(self) -> None:
        theme, actions = self.ctx.theme, self.ctx.actions
        actions.get("compact").setChecked(theme.compact)
        languages = {f"lang_{lang.lower()}": lang == self.ctx.t.lang for lang in LANGUAGES}
        for name, on in {f"theme_{mode}": mode == theme.mode for mode in ("system", "light", "dark")}.items():
            actions.get(name).setCheckable(True)
            actions.get(name).setChecked(on)
        for name, on in languages.items():
            actions.get(name).setCheckable(True)
            actions.get(name).setChecked(on)

    def _resize_text(self, step: int) -> None:
        self.rebuild(lambda: self.ctx.theme.choose(text_size=self.ctx.theme.text_size + step))

    def _speak(self, lang: str) -> None:
        self.rebuild(lambda: self.ctx.state.put("language", lang))

    def rebuild(self, change: Callable[[], object]) -> None:
        """Do a ``change`` of language or look and build the window again, if every editor may be left."""
        if self.may_close():
            self.remember()
            change()
            self.ctx.rebuild_wanted.emit()
