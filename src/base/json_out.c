/* JSON, written. Runs of bytes that need no escape, nearly all there is, are copied at once. */
#include "json_out.h"

void json_raw(json_out *j, dh_view bytes) {
    if (!j->status) j->status = buf_append_view(j->out, bytes);
}

/* U+2028 and U+2029 end lines of scripts. Both begin with these bytes. */
static bool is_separator(const char *p, size_t left) {
    return left >= 3 && p[0] == '\xe2' && p[1] == '\x80' && (p[2] == '\xa8' || p[2] == '\xa9');
}

static bool is_plain(const char *p, size_t left) {
    unsigned char c = (unsigned char)*p;
    return c >= 0x20 && c != '"' && c != '\\' && c != 0x7f && (c != 0xe2 || !is_separator(p, left));
}

static size_t plain_bytes(dh_view v) {
    size_t n = 0;
    while (n < v.len && is_plain(v.ptr + n, v.len - n)) n++;
    return n;
}

/* The escape of what p begins with, which is not plain. Returns its bytes in the text. */
static size_t put_escape(json_out *j, const char *p) {
    char escape[8] = {'\\', *p};
    dh_view hex = DH_LIT("0123456789abcdef");
    unsigned char c = (unsigned char)*p;
    if (c == 0xe2) {
        json_raw(j, p[2] == '\xa8' ? DH_VIEW("\\u2028") : DH_VIEW("\\u2029"));
        return 3;
    }
    switch (c) {
    case '\n': escape[1] = 'n'; break;
    case '\r': escape[1] = 'r'; break;
    case '\t': escape[1] = 't'; break;
    case '"':
    case '\\': break;
    default:
        memcpy(escape + 1, "u00", 3);
        escape[4] = hex.ptr[c >> 4];
        escape[5] = hex.ptr[c & 15];
        json_raw(j, (dh_view){escape, 6});
        return 1;
    }
    json_raw(j, (dh_view){escape, 2});
    return 1;
}

static void put_valid(json_out *j, dh_view v) {
    while (v.len && !j->status) {
        size_t n = plain_bytes(v);
        json_raw(j, (dh_view){v.ptr, n});
        if (n < v.len) n += put_escape(j, v.ptr + n);
        v = (dh_view){v.ptr + n, v.len - n};
    }
}

void json_string(json_out *j, dh_view text) {
    json_raw(j, DH_VIEW("\""));
    for (size_t good; text.len && !j->status; text = (dh_view){text.ptr + good, text.len - good}) {
        good = utf8_valid_prefix(text);
        put_valid(j, (dh_view){text.ptr, good});
        if (good == text.len) continue;
        json_raw(j, DH_VIEW("\xef\xbf\xbd"));
        good++;
    }
    json_raw(j, DH_VIEW("\""));
}

void json_number(json_out *j, size_t n) {
    if (!j->status) j->status = buf_printf(j->out, "%zu", n);
}

void json_share(json_out *j, double share) {
    unsigned thousandths = share <= 0 ? 0 : share >= 1 ? 1000 : (unsigned)(share * 1000 + 0.5);
    if (!j->status) j->status = buf_printf(j->out, "%u.%03u", thousandths / 1000, thousandths % 1000);
}

void json_key(json_out *j, dh_view name, bool first) {
    if (!first) json_raw(j, DH_VIEW(","));
    json_string(j, name);
    json_raw(j, DH_VIEW(":"));
}
