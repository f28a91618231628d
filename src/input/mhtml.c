/* MHTML: parts by their boundary, header lines as in WARC, the two transfer encodings of mail. Parts other than the page are not
 * looked into. */
#include "mhtml.h"

#include "warc.h"

/* Of the mail and of each part: both are much smaller. */
#define HEAD_MAX_BYTES ((size_t)64 << 10)
/* A boundary has at most 70 letters (RFC 2046). */
#define BOUNDARY_MAX_BYTES 100

static bool is_letter(char c) { return (ascii_lower(c) >= 'a' && ascii_lower(c) <= 'z') || c == '-' || (c >= '0' && c <= '9'); }

/* Bytes of the header block with the empty line that ends it; 0 if it does not end in the first `most`, or has a line that is
 * none. */
static size_t head_length(dh_view v, size_t most) {
    if (v.len > most) v.len = most;
    for (size_t at = 0; at < v.len;) {
        const char *end = memchr(v.ptr + at, '\n', v.len - at);
        if (!end) return 0;
        dh_view line = {v.ptr + at, (size_t)(end - v.ptr) - at};
        size_t name = 0;
        at += line.len + 1;
        if (view_is_blank(line)) return at;
        while (name < line.len && is_letter(line.ptr[name])) name++;
        bool folded = line.ptr[0] == ' ' || line.ptr[0] == '\t';
        if (!folded && (!name || name == line.len || line.ptr[name] != ':')) return 0;
    }
    return 0;
}

/* A parameter of a header field, without quotes; empty if it has none. */
static dh_view parameter(dh_view field, dh_view name) {
    for (size_t from = 0; from < field.len;) {
        dh_view rest = {field.ptr + from, field.len - from};
        size_t at = view_find_nocase(rest, name);
        if (at == rest.len) break;
        from += at + name.len;
        bool begins = at && (rest.ptr[at - 1] == ';' || ascii_space(rest.ptr[at - 1]));
        dh_view value = view_trim((dh_view){rest.ptr + at + name.len, rest.len - at - name.len});
        if (!begins || !value.len || value.ptr[0] != '=') continue;
        value = view_trim((dh_view){value.ptr + 1, value.len - 1});
        bool quoted = value.len && value.ptr[0] == '"';
        size_t n = quoted;
        while (n < value.len && (quoted ? value.ptr[n] != '"' : value.ptr[n] != ';' && !ascii_space(value.ptr[n]))) n++;
        return (dh_view){value.ptr + quoted, n - quoted};
    }
    return (dh_view){"", 0};
}

bool in_is_mhtml(dh_view head) {
    dh_view version = DH_LIT("MIME-Version:"), related = DH_LIT("multipart/related");
    size_t len = head_length(head, HEAD_MAX_BYTES);
    dh_view block = {head.ptr, len};
    return len && view_find_nocase(block, version) < len && view_find_nocase(block, related) < len;
}

/* ---- transfer encodings ------------------------------------------------------------------------------------------ */

static int base64_digit(char c) {
    if (c >= 'A' && c <= 'Z') return c - 'A';
    if (c >= 'a' && c <= 'z') return c - 'a' + 26;
    if (c >= '0' && c <= '9') return c - '0' + 52;
    return c == '+' || c == '-' ? 62 : c == '/' || c == '_' ? 63 : -1;
}

/* What is no digit is passed over, as mail readers do. */
static dh_status put_base64(dh_view v, dh_buf *out) {
    unsigned bits = 0, count = 0;
    dh_status st = DH_OK;
    for (size_t i = 0; !st && i < v.len && v.ptr[i] != '='; i++) {
        int digit = base64_digit(v.ptr[i]);
        if (digit < 0) continue;
        bits = bits << 6 | (unsigned)digit;
        if ((count += 6) < 8) continue;
        count -= 8;
        st = buf_append_char(out, (char)(bits >> count & 0xff));
    }
    return st;
}

/* "=XX" is a byte, "=" before a line end joins two lines; any other "=" stands for itself. */
static dh_status put_quoted(dh_view v, dh_buf *out) {
    dh_status st = DH_OK;
    while (!st && v.len) {
        const char *mark = memchr(v.ptr, '=', v.len);
        size_t plain = mark ? (size_t)(mark - v.ptr) : v.len, used = plain;
        st = dh_buf_append(out, v.ptr, plain);
        if (st || !mark) return st;
        const char *p = mark + 1, *end = v.ptr + v.len;
        int high = p < end ? ascii_hex(*p) : -1, low = p + 1 < end ? ascii_hex(p[1]) : -1;
        bool soft = p < end && (*p == '\n' || (*p == '\r' && p + 1 < end && p[1] == '\n'));
        if (soft) used += *p == '\n' ? 2 : 3;
        else if (high >= 0 && low >= 0) used += 3;
        else used++;
        if (!soft) st = buf_append_char(out, high >= 0 && low >= 0 ? (char)(high * 16 + low) : '=');
        v = (dh_view){v.ptr + used, v.len - used};
    }
    return st;
}

/* ---- parts ------------------------------------------------------------------------------------------------------- */

typedef struct {
    dh_view head, body;
} part;

/* Where the next line "--BOUNDARY" begins in v; v.len if there is none. */
static size_t next_mark(dh_view v, dh_view mark) {
    for (size_t from = 0; from < v.len;) {
        const char *p = memmem(v.ptr + from, v.len - from, mark.ptr, mark.len);
        if (!p) break;
        size_t at = (size_t)(p - v.ptr);
        if (!at || v.ptr[at - 1] == '\n') return at;
        from = at + 1;
    }
    return v.len;
}

/* Takes the next part off *rest; false if there is none. */
static bool take_part(dh_view *rest, dh_view mark, part *out) {
    size_t at = next_mark(*rest, mark);
    if (at == rest->len) return false;
    const char *line_end = memchr(rest->ptr + at, '\n', rest->len - at);
    if (!line_end) return false;
    size_t from = (size_t)(line_end - rest->ptr) + 1;
    dh_view v = {rest->ptr + from, rest->len - from};
    size_t len = next_mark(v, mark), head = head_length((dh_view){v.ptr, len}, HEAD_MAX_BYTES);
    warc_unfold((char *)(uintptr_t)v.ptr, head); /* the mail is ours to change */
    *out = (part){{v.ptr, head}, {v.ptr + head, len - head}};
    *rest = (dh_view){v.ptr + len, v.len - len};
    return true;
}

/* The part that is called `start`, or the first one of HTML. */
static bool find_page(dh_view rest, dh_view mark, dh_view start, part *out) {
    part p;
    bool found = false;
    while (take_part(&rest, mark, &p)) {
        bool called = start.len && view_is(warc_field(p.head, "Content-ID"), start);
        dh_view mime = warc_mime(warc_field(p.head, "Content-Type"));
        bool html = view_is_nocase(mime, DH_VIEW("text/html")) || view_is_nocase(mime, DH_VIEW("application/xhtml+xml"));
        if (!html || (found && !called)) continue;
        *out = p;
        found = true;
        if (called || !start.len) break;
    }
    return found;
}

static dh_status decode_part(const part *p, dh_buf *room, dh_view *body) {
    dh_view how = warc_field(p->head, "Content-Transfer-Encoding");
    dh_status st = DH_OK;
    *body = p->body;
    room->len = 0;
    if (view_is_nocase(how, DH_VIEW("base64"))) st = put_base64(p->body, room);
    else if (view_is_nocase(how, DH_VIEW("quoted-printable"))) st = put_quoted(p->body, room);
    else return DH_OK;
    *body = dh_buf_view(room);
    return st;
}

dh_status in_mhtml_page(dh_buf *mail, dh_buf *room, in_record *out, dh_error *err) {
    char mark[BOUNDARY_MAX_BYTES + 2] = "--";
    part page;
    size_t len = head_length(dh_buf_view(mail), HEAD_MAX_BYTES);
    warc_unfold(mail->ptr, len);
    dh_view head = {mail->ptr, len}, type = warc_field(head, "Content-Type"), boundary = parameter(type, DH_VIEW("boundary"));
    if (!boundary.len || boundary.len > BOUNDARY_MAX_BYTES) return err_set(err, DH_ERR_FORMAT, 0, "saved page (MHTML) without a boundary");
    memcpy(mark + 2, boundary.ptr, boundary.len);
    dh_view rest = {mail->ptr + len, mail->len - len};
    if (!find_page(rest, (dh_view){mark, boundary.len + 2}, parameter(type, DH_VIEW("start")), &page))
        return err_set(err, DH_ERR_FORMAT, 0, "saved page (MHTML) without a part of HTML");
    *out = (in_record){.url = warc_field(page.head, "Content-Location")};
    dh_view saved = warc_field(head, "Snapshot-Content-Location");
    if (saved.len) out->url = saved;
    out->mime = warc_mime(warc_field(page.head, "Content-Type"));
    out->charset = warc_charset(warc_field(page.head, "Content-Type"));
    dh_status st = decode_part(&page, room, &out->body);
    if (st == DH_ERR_LIMIT) return err_set(err, st, 0, "the page is larger than the limit of %zu bytes (--max-bytes)", room->max);
    return st ? err_set(err, st, 0, "out of memory") : DH_OK;
}
