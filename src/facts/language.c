/* The language of a page: of the text that was kept, by CLD2; what the markup claims is a hint, and the answer where the text is too
 * short to tell. */
#include "facts/detect_language.h"
#include "facts/finders.h"

/* Of the kept text: with 3 KiB no answer on the annotated pages is another, with 1.5 KiB one is. */
#define TEXT_BYTES ((size_t)2 << 10)
/* Japanese has more kana than Chinese characters; less than one to so many of these is a name. */
#define KANA_PART 20
/* A shorter text tells less than the markup's claim. */
#define SURE_BYTES 60

/* "EN_us" as BCP 47 writes it: "en-US", with a NUL behind it. Empty if it is no code: one of the page's lists or a word. */
static dh_view code_of(fc_page *f, dh_view raw) {
    char code[LANGUAGE_BYTES];
    size_t n = 0, part = 0, first = 0;
    raw = view_trim(raw);
    for (size_t i = 0; i < raw.len; i++) {
        char c = raw.ptr[i];
        if (n + 1 >= sizeof code) return (dh_view){"", 0};
        if (c == '-' || c == '_') {
            if (!part) first = i;
            part = i + 1;
            code[n++] = '-';
            continue;
        }
        if (((c | 32) < 'a' || (c | 32) > 'z') && (c < '0' || c > '9')) return (dh_view){"", 0};
        code[n++] = ascii_lower(c);
    }
    if (!part) first = n;
    if (first < 2 || first > 3) return (dh_view){"", 0};
    if (part && n - part == 2) /* a country */
        for (size_t i = part; i < n; i++)
            if (code[i] >= 'a' && code[i] <= 'z') code[i] = (char)(code[i] - 32);
    code[n++] = 0;
    dh_view copy = fc_copy(f, (dh_view){code, n});
    return copy.len ? (dh_view){copy.ptr, n - 1} : copy;
}

typedef struct {
    dh_view code;
    const char *origin;
} claim;

static claim find_claim(fc_page *f) {
    claim rows[] = {{f->page->elem_count ? fc_attr(f, 0, DH_VIEW("lang")) : (dh_view){"", 0}, "html lang"},
                    {f->page->elem_count ? fc_attr(f, 0, DH_VIEW("xml:lang")) : (dh_view){"", 0}, "html xml:lang"},
                    {fc_meta_raw(f, DH_VIEW("og:locale")), "meta og:locale"},
                    {fc_meta_raw(f, DH_VIEW("dc.language")), "meta dc.language"},
                    {f->linked.article.value[FC_LD_LANGUAGE], "JSON-LD inLanguage"},
                    {fc_meta_raw(f, DH_VIEW("language")), "meta language"}};
    for (size_t i = 0; i < DH_COUNT(rows); i++) {
        rows[i].code = code_of(f, rows[i].code);
        if (rows[i].code.len) return rows[i];
    }
    return (claim){{"", 0}, ""};
}

/* Adds the blocks that were kept, or all, a line each. */
static bool add_text(const fc_page *f, bool all, dh_buf *out) {
    const pg_page *page = f->in->shown;
    for (size_t i = 0; i < page->block_count && out->len < TEXT_BYTES; i++) {
        if (!all && !f->in->shown_verdicts[i].keep) continue;
        dh_view v = page->blocks[i].text;
        if (v.len > TEXT_BYTES) v.len = utf8_valid_prefix((dh_view){v.ptr, TEXT_BYTES});
        if (buf_append_view(out, v) || buf_append_char(out, '\n')) return false;
    }
    return true;
}

static dh_view primary(dh_view code) {
    const char *dash = memchr(code.ptr, '-', code.len);
    return dash ? (dh_view){code.ptr, (size_t)(dash - code.ptr)} : code;
}

/* A text in Chinese characters without kana is Chinese, though CLD2 may call it Japanese. */
static bool has_kana(dh_view text) {
    size_t kana = 0, han = 0;
    for (size_t i = 0; i + 2 < text.len; i++) { /* U+3040 to U+30FF, U+4E00 to U+9FFF */
        unsigned char a = (unsigned char)text.ptr[i], b = (unsigned char)text.ptr[i + 1];
        kana += a == 0xe3 && b >= 0x81 && b <= 0x83;
        han += a >= 0xe4 && a <= 0xe9;
    }
    return kana * KANA_PART >= han;
}

void fc_find_language(fc_page *f, fc_facts *out) {
    char found[LANGUAGE_BYTES];
    dh_buf text;
    claim said = find_claim(f);
    dh_buf_init(&text, 0);
    bool ok = add_text(f, false, &text);
    if (ok && text.len < SURE_BYTES) {
        text.len = 0;
        ok = add_text(f, true, &text);
    }
    if (!ok || detect_language(dh_buf_view(&text), said.code.len ? said.code.ptr : "", found)) f->failed = true;
    dh_view code = view_of(found); /* detect_language ends it in NUL */
    if (view_is(code, DH_VIEW("ja")) && !has_kana(dh_buf_view(&text))) code = DH_VIEW("zh");
    dh_buf_clear(&text);
    if (f->failed) return;
    /* The claim knows the country too; it counts where the text says the same language. */
    if (code.len && !(said.code.len && view_is(primary(said.code), primary(code))))
        fc_set(out, DH_FACT_LANGUAGE, fc_copy(f, code), "the text, by CLD2");
    fc_set(out, DH_FACT_LANGUAGE, said.code, said.origin);
}
