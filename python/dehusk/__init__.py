"""Takes a scraped page, HTML or text that another scraper has flattened, and gives back what its author wrote.

    import dehusk
    text = dehusk.extract(html)                       # bytes in, str out
    page = dehusk.Page(html, url="https://example.org/story")
    page.text, page.title, page.facts["date"], page.confidence

A Context holds models and may be shared by threads; a Page belongs to one thread at a time. Calls into the library release the GIL."""
from collections import namedtuple

from ._binding import ffi, lib

__all__ = ["Block", "Context", "Error", "Page", "extract", "version"]

version = ffi.string(lib.dh_version()).decode()

_CHOICES = {
    "from_": ("from", ["auto", "html", "text"]),
    "focus": ("focus", ["balanced", "precision", "recall"]),
    "data": ("data", ["auto", "no"]),
    "hidden": ("hidden", ["auto", "no"]),
}
_FLAGS = {"title": {None: 0, True: 1, False: 2}, "comments": {False: 0, True: 1}}
_STRINGS = ("charset", "http_charset", "encoding", "url")
_SIZES = ("max_bytes", "max_memory", "max_depth")

Block = namedtuple("Block", "kind level text keep score reason begin end")
Block.__doc__ = """One block of a page: kind ("paragraph", "list-item", ..., as JSON has them), level, text, whether it is kept, its score from 0 (furniture) to 1
(the author's), what decided, and where it stands in the decoded input (bytes)."""


class Error(Exception):
    """What the library could not do. status: a word such as "limit" or "format"; position: a byte of the input, 0 where none is to blame."""

    def __init__(self, status, message, position=0):
        super().__init__(message)
        self.status, self.position = status, position


def _check(status, err):
    if status != lib.DH_OK:
        raise Error(ffi.string(lib.dh_status_name(status)).decode(), ffi.string(err.msg).decode(errors="replace"), err.pos)


def _view(view):
    return ffi.buffer(view.ptr, view.len)[:] if view.len else b""


def _text(view):
    return _view(view).decode()


class Context:
    """Models and tables. model: path of a model file instead of what is built in. Raises Error, OSError."""

    def __init__(self, model=None):
        out, err = ffi.new("dh_context **"), ffi.new("dh_error *")
        _check(lib.dh_context_new(out, err), err)
        self._context = ffi.gc(out[0], lib.dh_context_free)
        if model is not None:
            with open(model, "rb") as f:
                content = f.read()
            bytes_ = ffi.from_buffer(content)
            _check(lib.dh_context_load_model(self._context, ffi.new("dh_view *", {"ptr": bytes_, "len": len(content)})[0], err), err)


_default = None


def _default_context():
    global _default
    if _default is None:
        _default = Context()
    return _default


def _options(given):
    """The options, and what they borrow."""
    opt, alive = ffi.new("dh_options *", lib.dh_options_default()), []
    for name, value in given.items():
        if name in _CHOICES:
            field, words = _CHOICES[name]
            if value not in words:
                raise ValueError(f"{name} is one of {', '.join(words)}, not {value!r}")
            setattr(opt, field, words.index(value))
        elif name in _FLAGS:
            setattr(opt, name, _FLAGS[name][value])
        elif name in _STRINGS:
            if value is not None:
                alive.append(ffi.new("char[]", value.encode()))
                setattr(opt, name, alive[-1])
        elif name in _SIZES:
            setattr(opt, name, value)
        else:
            raise TypeError(f"unknown option {name!r}")
    return opt, alive


class Page:
    """A judged page. content: its bytes as they came, compressed or not, in any charset (a str is taken as UTF-8).

    Options, as dehusk(1) has them: url, from_ ("auto", "html", "text"), focus ("balanced", "precision", "recall"), title (None, True, False),
    comments, data, hidden ("auto", "no"), charset, http_charset, encoding, max_bytes, max_memory, max_depth. Raises Error."""

    def __init__(self, content, context=None, **options):
        if isinstance(content, str):
            content, options = content.encode(), {"charset": "utf-8", **options}
        self._context = context or _default_context()
        opt, alive = _options(options)
        buffer, out, err = ffi.from_buffer(content), ffi.new("dh_page **"), ffi.new("dh_error *")
        view = ffi.new("dh_view *", {"ptr": ffi.cast("const char *", buffer), "len": len(buffer)})
        _check(lib.dh_page_new(self._context._context, view[0], opt, out, err), err)
        del alive
        self._page = ffi.gc(out[0], lib.dh_page_free)
        self._facts = None

    @property
    def content(self):
        """The kept text, bytes of UTF-8."""
        out, err = ffi.new("dh_buf *"), ffi.new("dh_error *")
        lib.dh_buf_init(out, 0)
        try:
            _check(lib.dh_page_render(self._page, lib.DH_TO_TEXT, out, err), err)
            return ffi.buffer(out.ptr, out.len)[:] if out.len else b""
        finally:
            lib.dh_buf_clear(out)

    @property
    def text(self):
        """The kept text."""
        return self.content.decode()

    @property
    def title(self):
        """The headline, None if none is known."""
        return _text(lib.dh_page_title(self._page)) or None

    @property
    def is_html(self):
        return lib.dh_page_is_html(self._page)

    @property
    def charset(self):
        """What the bytes were decoded from."""
        return ffi.string(lib.dh_page_charset(self._page)).decode()

    @property
    def type(self):
        """The likeliest type of an HTML page ("article", "forum", ...), None for a text."""
        number = lib.dh_page_type(self._page, ffi.NULL)
        return ffi.string(lib.dh_type_name(number)).decode() if number >= 0 else None

    @property
    def confidence(self):
        """The word F1 that is to be expected of an HTML page, 0 to 1; None for a text."""
        return lib.dh_page_confidence(self._page) if self.is_html else None

    @property
    def kept_words(self):
        """0 means that nothing was found to keep."""
        return lib.dh_page_kept_words(self._page)

    @property
    def blocks(self):
        """All blocks, kept and dropped, in the page's order."""
        out, b = [], ffi.new("dh_block *")
        for i in range(lib.dh_page_block_count(self._page)):
            lib.dh_page_block(self._page, i, b)
            out.append(Block(ffi.string(lib.dh_kind_name(b.kind)).decode(), b.level, _text(b.text), b.keep, b.score, ffi.string(b.reason).decode(), b.begin, b.end))
        return out

    @property
    def facts(self):
        """What is known of the page besides its text: a dict of "title", "date", "language" and the like, None for what is unknown;
        "author" is a list."""
        if self._facts is None:
            self._facts = self._find_facts()
        return dict(self._facts)

    def _find_facts(self):
        out, err, fact, facts = ffi.new("dh_facts **"), ffi.new("dh_error *"), ffi.new("dh_fact *"), {}
        _check(lib.dh_facts_new(self._page, out, err), err)
        try:
            for kind in range(lib.DH_FACT_COUNT):
                values = []
                while lib.dh_facts_get(out[0], kind, len(values), fact):
                    values.append(_text(fact.value))
                name = ffi.string(lib.dh_fact_name(kind)).decode()
                facts[name] = values if kind == lib.DH_FACT_AUTHOR else values[0] if values else None
        finally:
            lib.dh_facts_free(out[0])
        return facts


def extract(content, context=None, **options):
    """The text of a page that its author wrote, "" if there is none. Takes what Page takes. Raises Error."""
    return Page(content, context, **options).text
