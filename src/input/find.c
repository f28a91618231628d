/* Finds the charset of a page, from the surest sign to the weakest. The signs themselves are looked for in charset_told.c
 * (patterns of bytes) and declared.c (what the page says). */
#include "charset.h"
#include "detect.h"

/* How much uchardet sees: it is slow, and sure of itself long before. */
#define GUESS_BYTES ((size_t)256 << 10)

/* Bytes are called UTF-8 although some of them are not, if so many sequences are whole for each one that is broken, and
 * there are so many at least. Legacy text gets there only by design: its sequences are whole by chance, few in a hundred. */
#define MOSTLY_UTF8_RATIO 8
#define MOSTLY_UTF8_MIN   4

/* Fewer bytes beyond ASCII say nothing between the Latin alphabets: uchardet takes "caf\xe9" for ISO-8859-2 and "ni\xf1o"
 * for ISO-8859-10. */
#define GUESS_MIN_SEQUENCES 6

/* What the bytes are, apart from what anybody says. */
typedef struct {
    bool ascii;
    size_t whole, broken; /* UTF-8 sequences of more than one byte */
    bool has_nul;
} byte_facts;

static bool is_ascii(dh_view v) {
    const char *p = v.ptr, *end = v.ptr + v.len;
    uint64_t w;
    for (; (size_t)(end - p) >= sizeof w; p += sizeof w) {
        memcpy(&w, p, sizeof w);
        if (w & 0x8080808080808080u) return false;
    }
    for (; p < end; p++)
        if ((unsigned char)*p >= 0x80) return false;
    return true;
}

/* The bytes of the sequence of UTF-8 at p, or of as much of it as is one. */
size_t charset_utf8_part(dh_view bytes, bool *whole, bool *open) {
    const unsigned char *p = (const unsigned char *)bytes.ptr;
    unsigned char a = p[0], low = 0x80, high = 0xbf;
    size_t need = a < 0x80 ? 1 : a < 0xc2 || a > 0xf4 ? 0 : a < 0xe0 ? 2 : a < 0xf0 ? 3 : 4, i = 1;
    if (a == 0xe0) low = 0xa0; /* no overlong forms, no surrogates, nothing past U+10FFFF */
    if (a == 0xed) high = 0x9f;
    if (a == 0xf0) low = 0x90;
    if (a == 0xf4) high = 0x8f;
    for (; i < need && i < bytes.len && p[i] >= low && p[i] <= high; i++) low = 0x80, high = 0xbf;
    *whole = need && i == need;
    *open = i < need && i == bytes.len;
    return i;
}

/* Counts sequences until the broken ones settle that it is no UTF-8. */
static void count_sequences(dh_view v, byte_facts *facts) {
    while (v.len) {
        if ((unsigned char)*v.ptr < 0x80) {
            v.ptr++, v.len--;
            continue;
        }
        bool whole, open;
        size_t n = charset_utf8_part(v, &whole, &open);
        facts->whole += whole;
        facts->broken += !whole && !open;
        if (facts->broken > 4096 && facts->broken > facts->whole) return;
        v.ptr += n;
        v.len -= n;
    }
}

static byte_facts look(dh_view head) {
    byte_facts facts = {.ascii = is_ascii(head), .has_nul = head.len && memchr(head.ptr, '\0', head.len)};
    if (facts.ascii) return facts;
    size_t valid = utf8_valid_prefix(head), rest = head.len - valid;
    if (rest < 4) { /* most often so: there is no need to count, but for what the end cuts off */
        count_sequences((dh_view){head.ptr + valid, rest}, &facts);
        facts.whole = !is_ascii((dh_view){head.ptr, valid});
        if (!facts.broken) return facts;
    }
    facts.whole = facts.broken = 0;
    count_sequences(head, &facts);
    return facts;
}

/* ---- the steps ---- */

static const charset *by_bom(dh_view head, size_t *skip) {
    static const struct {
        dh_view bytes;
        charset_id id;
    } boms[] = {{DH_LIT("\xef\xbb\xbf"), UTF_8},         {DH_LIT("\xff\xfe\0\0"), UTF_32LE}, /* before UTF-16's */
                {DH_LIT("\0\0\xfe\xff"), UTF_32BE},      {DH_LIT("\xff\xfe"), UTF_16LE},
                {DH_LIT("\xfe\xff"), UTF_16BE}};
    for (size_t i = 0; i < DH_COUNT(boms); i++) {
        if (!view_starts(head, boms[i].bytes)) continue;
        *skip = boms[i].bytes.len;
        return charset_of(boms[i].id);
    }
    return NULL;
}

/* What a label means, NULL if the bytes give it the lie: UTF-8 with more broken than whole sequences, UTF-16 without a NUL
 * (the pages that say so are none), seven-bit escapes among eight-bit bytes. */
static const charset *by_label(dh_view label, const byte_facts *facts) {
    const in_charset *found = in_charset_label(label);
    if (!found) return NULL;
    const charset *c = charset_row(found);
    switch (c->kind) {
    case CHARSET_UTF8: return facts->broken > facts->whole ? NULL : c;
    case CHARSET_SEVEN: return facts->ascii ? c : NULL;
    case CHARSET_UTF16LE:
    case CHARSET_UTF16BE:
    case CHARSET_UTF32LE:
    case CHARSET_UTF32BE: return facts->has_nul ? c : NULL;
    case CHARSET_SINGLE:
    case CHARSET_MULTI: return c;
    }
    return NULL;
}

/* What the bytes themselves settle, against all headers. */
static const charset *by_bytes(dh_view head, const byte_facts *facts) {
    const charset *c = charset_by_nuls(head);
    if (c) return c;
    if (facts->ascii) return charset_by_escapes(head);
    return facts->whole && !facts->broken ? charset_of(UTF_8) : NULL;
}

dh_status charset_guess(dh_view bytes, const charset **out) {
    char name[32];
    if (bytes.len > GUESS_BYTES) bytes.len = GUESS_BYTES;
    dh_status st = detect_charset(bytes, name, sizeof name);
    const char *label = !strcmp(name, "UHC") ? "euc-kr" : name;
    /* detect_charset() ends the name in NUL. */
    const in_charset *found = in_charset_label((dh_view){label, strlen(label)});
    *out = found ? charset_row(found) : NULL;
    return st;
}

static bool is_rare_latin(const charset *c) {
    static const charset_id ids[] = {ISO_8859_2,  ISO_8859_3,  ISO_8859_4,  ISO_8859_10,
                                     ISO_8859_13, ISO_8859_14, ISO_8859_15, ISO_8859_16};
    for (size_t i = 0; i < DH_COUNT(ids); i++)
        if (c == charset_of(ids[i])) return true;
    return false;
}

/* The last resorts. */
static dh_status by_guess(dh_view head, const byte_facts *facts, const charset **out, dh_error *err) {
    *out = NULL;
    if (facts->ascii || (facts->whole >= MOSTLY_UTF8_MIN && facts->whole / MOSTLY_UTF8_RATIO >= facts->broken)) {
        *out = charset_of(UTF_8);
        return DH_OK;
    }
    if (charset_guess(head, out)) return err_set(err, DH_ERR_NOMEM, 0, "out of memory");
    bool few = facts->whole + facts->broken < GUESS_MIN_SEQUENCES;
    if (!*out || (*out)->kind == CHARSET_SEVEN || (few && is_rare_latin(*out))) *out = charset_of(WINDOWS_1252);
    return DH_OK;
}

dh_status in_charset_find(dh_view head, const dh_options *opt, const in_charset **out, size_t *skip, dh_error *err) {
    const char *wanted = opt ? opt->charset : NULL, *http = opt ? opt->http_charset : NULL;
    /* Options are strings that end in NUL. */
    const in_charset *forced = wanted ? in_charset_label((dh_view){wanted, strlen(wanted)}) : NULL;
    if (wanted && !forced) return err_set(err, DH_ERR_CHARSET, 0, "unknown charset \"%.60s\"", wanted);
    *skip = 0;
    const charset *c = by_bom(head, skip);
    if (!c && forced) c = charset_row(forced);
    if (!c) {
        byte_facts facts = look(head);
        c = by_bytes(head, &facts);
        if (!c && http) c = by_label((dh_view){http, strlen(http)}, &facts); /* an option, ends in NUL */
        if (!c) c = by_label(charset_declared(head), &facts);
        dh_status st = c ? DH_OK : by_guess(head, &facts, &c, err);
        if (st) return st;
    }
    *out = &c->pub;
    return DH_OK;
}
