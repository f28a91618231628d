/* Notes about pages, and how they stand in a line. */
#include "note.h"

#include "json_line.h"

#include <inttypes.h>

/* ---- a page ------------------------------------------------------------------------------------------------------- */

static void count_bytes(page_note *n, const dh_page *page) {
    dh_block b;
    for (size_t i = 0; dh_page_block(page, i, &b); i++) {
        if (view_is_blank(b.text)) continue;
        n->text_bytes += b.text.len;
        n->kept_bytes += b.keep ? b.text.len : 0;
    }
}

static dh_status find_language(page_note *n, const dh_page *page, dh_error *err) {
    dh_facts *facts = NULL;
    dh_fact fact;
    dh_status st = dh_facts_new(page, &facts, err);
    if (!st && dh_facts_get(facts, DH_FACT_LANGUAGE, 0, &fact) && fact.value.len < sizeof n->language)
        memcpy(n->language, fact.value.ptr, fact.value.len);
    dh_facts_free(facts);
    return st;
}

dh_status note_add(page_note *n, const dh_page *page, bool language, dh_error *err) {
    count_bytes(n, page);
    if (n->noted) return DH_OK;
    n->noted = 1;
    n->html = dh_page_is_html(page);
    n->type = n->html ? dh_page_type(page, NULL) : DH_TYPE_UNKNOWN;
    n->confidence = n->html ? (uint32_t)(dh_page_confidence(page) * NOTE_SURE + 0.5) : 0;
    n->outcome = dh_page_outcome(page, NULL);
    return language ? find_language(n, page, err) : DH_OK;
}

void note_settle(page_note *n) {
    if (n->type < 0 || n->type > DH_TYPE_SERVICE) n->type = DH_TYPE_UNKNOWN;
    if (n->outcome < 0 || n->outcome > DH_OUTCOME_NEEDS_JAVASCRIPT) n->outcome = DH_OUTCOME_OK;
    if (n->confidence > NOTE_SURE) n->confidence = NOTE_SURE;
    if (n->kept_bytes > n->text_bytes) n->kept_bytes = n->text_bytes;
    n->language[NOTE_LANGUAGE_BYTES - 1] = 0;
}

/* ---- a line ------------------------------------------------------------------------------------------------------- */

static bool came_instead(const page_note *n) { return n->outcome == DH_OUTCOME_BLOCKED || n->outcome == DH_OUTCOME_NEEDS_JAVASCRIPT; }

dh_status note_put(const page_note *n, dh_buf *line) {
    if (!n->noted) return DH_OK;
    dh_status st = buf_printf(line, ",\"text_bytes\":%" PRIu64 ",\"kept_bytes\":%" PRIu64, n->text_bytes, n->kept_bytes);
    if (!st && n->html)
        st = buf_printf(line, ",\"type\":\"%s\",\"confidence\":%" PRIu32 ".%03" PRIu32, dh_type_name((dh_type)n->type), n->confidence / NOTE_SURE, n->confidence % NOTE_SURE);
    if (!st && came_instead(n)) st = buf_printf(line, ",\"outcome\":\"%s\"", dh_outcome_name((dh_outcome)n->outcome));
    if (st || !n->language[0]) return st;
    st = buf_append_view(line, DH_VIEW(",\"language\":"));
    return st ? st : json_put_string(line, view_of(n->language)); /* ends in NUL: note_settle() */
}

/* A share with three digits behind the point. */
static bool take_share(dh_view value, uint32_t *out) {
    uint64_t whole, rest;
    if (value.len != 5 || value.ptr[1] != '.' || !json_get_number((dh_view){value.ptr, 1}, &whole)) return false;
    if (!json_get_number((dh_view){value.ptr + 2, 3}, &rest)) return false;
    *out = (uint32_t)(whole * NOTE_SURE + rest);
    return *out <= NOTE_SURE;
}

static bool is_word(dh_view value, const char *word) {
    return value.len == strlen(word) + 2 && !memcmp(value.ptr + 1, word, value.len - 2); /* of a name of the library's */
}

static bool take_type(dh_view value, page_note *n) {
    n->html = 1;
    for (int32_t i = 0; i <= DH_TYPE_SERVICE; i++)
        if (is_word(value, dh_type_name((dh_type)i))) {
            n->type = i;
            return true;
        }
    return false;
}

static bool take_outcome(dh_view value, page_note *n) {
    for (int32_t i = 0; i <= DH_OUTCOME_NEEDS_JAVASCRIPT; i++)
        if (is_word(value, dh_outcome_name((dh_outcome)i))) {
            n->outcome = i;
            return true;
        }
    return false;
}

static bool take_language(dh_view value, page_note *n) {
    dh_buf text;
    dh_buf_init(&text, 0);
    bool good = json_get_string(value, &text) && text.len < sizeof n->language;
    memset(n->language, 0, sizeof n->language);
    if (good && text.len) memcpy(n->language, text.ptr, text.len);
    dh_buf_clear(&text);
    return good;
}

bool note_take(page_note *n, dh_view name, dh_view value, bool *known) {
    *known = true;
    if (view_is(name, DH_VIEW("text_bytes"))) {
        n->noted = 1; /* each note begins with it */
        return json_get_number(value, &n->text_bytes);
    }
    if (view_is(name, DH_VIEW("kept_bytes"))) return json_get_number(value, &n->kept_bytes);
    if (view_is(name, DH_VIEW("type"))) return take_type(value, n);
    if (view_is(name, DH_VIEW("confidence"))) return take_share(value, &n->confidence);
    if (view_is(name, DH_VIEW("outcome"))) return take_outcome(value, n);
    if (view_is(name, DH_VIEW("language"))) return take_language(value, n);
    *known = false;
    return true;
}
