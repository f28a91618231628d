/* Lines of JSON. One that a kill tore, or that somebody edited, is broken and no more. */
#include "json_line.h"

/* Bytes 0x80 to 0xff that are no UTF-8 are the code units from here on. */
#define BYTE_BASE 0xdc00u

/* ---- writing ---------------------------------------------------------------------------------------------------- */

static dh_status put_plain(dh_buf *out, unsigned char c) {
    switch (c) {
    case '"': return buf_append_view(out, DH_VIEW("\\\""));
    case '\\': return buf_append_view(out, DH_VIEW("\\\\"));
    case '\n': return buf_append_view(out, DH_VIEW("\\n"));
    case '\r': return buf_append_view(out, DH_VIEW("\\r"));
    case '\t': return buf_append_view(out, DH_VIEW("\\t"));
    default: return c < 0x20 || c == 0x7f ? buf_printf(out, "\\u%04x", c) : buf_append_char(out, (char)c);
    }
}

dh_status json_put_string(dh_buf *out, dh_view v) {
    dh_status st = buf_append_char(out, '"');
    while (!st && v.len) {
        size_t good = utf8_valid_prefix(v);
        for (size_t i = 0; !st && i < good; i++) st = put_plain(out, (unsigned char)v.ptr[i]);
        v = (dh_view){v.ptr + good, v.len - good};
        if (st || !v.len) break;
        st = buf_printf(out, "\\u%04x", BYTE_BASE + (unsigned char)*v.ptr);
        v = (dh_view){v.ptr + 1, v.len - 1};
    }
    return st ? st : buf_append_char(out, '"');
}

/* ---- reading: fields ------------------------------------------------------------------------------------------- */

static void skip_space(json_line *j) {
    while (j->at < j->end && (*j->at == ' ' || *j->at == '\t' || *j->at == '\r' || *j->at == '\n')) j->at++;
}

static bool take(json_line *j, char c) {
    skip_space(j);
    if (j->at == j->end || *j->at != c) return false;
    j->at++;
    return true;
}

/* A string with its quotes. */
static bool take_string(json_line *j, dh_view *out) {
    skip_space(j);
    const char *from = j->at;
    if (from == j->end || *from != '"') return false;
    for (const char *p = from + 1; p < j->end; p++) {
        if (*p == '\\') p++;
        else if (*p == '"') {
            j->at = p + 1;
            *out = (dh_view){from, (size_t)(j->at - from)};
            return true;
        }
    }
    return false;
}

/* A number or one of true, false, null: what it is made of is looked at by who wants it. */
static bool take_word(json_line *j, dh_view *out) {
    static const char may[] = "+-.0123456789abcdefghijklmnopqrstuvwxyzE";
    const char *from = j->at;
    while (j->at < j->end && memchr(may, *j->at, sizeof may - 1)) j->at++;
    *out = (dh_view){from, (size_t)(j->at - from)};
    return out->len > 0;
}

/* An object or array, to where its bracket is closed. */
static bool take_nested(json_line *j, dh_view *out) {
    const char *from = j->at;
    size_t depth = 0;
    dh_view string;
    if (from == j->end || (*from != '{' && *from != '[')) return false;
    while (j->at < j->end) {
        char c = *j->at;
        if (c == '"' && !take_string(j, &string)) return false;
        if (c == '"') continue;
        j->at++;
        depth += c == '{' || c == '[';
        depth -= c == '}' || c == ']';
        if (!depth) break;
    }
    *out = (dh_view){from, (size_t)(j->at - from)};
    return !depth;
}

bool json_open(json_line *j, dh_view line) {
    *j = (json_line){line.ptr, line.ptr + line.len};
    return take(j, '{');
}

json_step json_next(json_line *j, dh_view *name, dh_view *value) {
    if (take(j, '}')) {
        skip_space(j);
        return j->at == j->end ? JSON_END : JSON_BROKEN;
    }
    take(j, ',');
    if (!take_string(j, name) || !take(j, ':')) return JSON_BROKEN;
    *name = (dh_view){name->ptr + 1, name->len - 2};
    skip_space(j);
    return take_string(j, value) || take_word(j, value) || take_nested(j, value) ? JSON_FIELD : JSON_BROKEN;
}

/* ---- reading: values ------------------------------------------------------------------------------------------- */

static dh_status put_code(dh_buf *out, uint32_t code) {
    char bytes[4];
    if (code >= BYTE_BASE + 0x80 && code <= BYTE_BASE + 0xff) return buf_append_char(out, (char)(code - BYTE_BASE));
    size_t len = utf8_encode(code, bytes);
    return dh_buf_append(out, bytes, len);
}

static bool get_code(const char **p, const char *end, dh_buf *out) {
    uint32_t code;
    return utf8_escaped(p, end, &code) && !put_code(out, code);
}

static bool get_escape(const char **p, const char *end, dh_buf *out) {
    static const char names[] = "\"\\/bfnrt", meant[] = "\"\\/\b\f\n\r\t";
    if (*p == end) return false;
    char c = *(*p)++;
    if (c == 'u') return get_code(p, end, out);
    const char *found = c ? memchr(names, c, sizeof names - 1) : NULL;
    return found && !buf_append_char(out, meant[found - names]);
}

bool json_get_string(dh_view value, dh_buf *out) {
    out->len = 0;
    if (value.len < 2 || value.ptr[0] != '"') return false;
    const char *end = value.ptr + value.len - 1;
    for (const char *p = value.ptr + 1; p < end;) {
        char c = *p++;
        if (c == '\\' ? !get_escape(&p, end, out) : buf_append_char(out, c) != DH_OK) return false;
    }
    return true;
}

bool json_get_number(dh_view value, uint64_t *out) {
    *out = 0;
    for (size_t i = 0; i < value.len; i++) {
        unsigned digit = (unsigned)(unsigned char)value.ptr[i] - '0';
        if (digit > 9 || *out > (UINT64_MAX - digit) / 10) return false;
        *out = *out * 10 + digit;
    }
    return value.len > 0;
}
