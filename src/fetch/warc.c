/* Writes fetched pages as WARC 1.1 records (ISO 28500:2017) with the digests that other tools check. Opening
 * files and naming them is left to main. */
#include "warc.h"

#include <errno.h>
#include <libdeflate.h>
#include <openssl/evp.h>
#include <sys/random.h>
#include <unistd.h>

#define SHA1_BYTES      20
#define SHA1_TEXT_BYTES 32
#define DATE_TEXT_BYTES 21

/* ---- the HTTP block ------------------------------------------------------------------------------------------- */

/* Takes the next line off *rest, without its line end. */
static dh_view next_line(dh_view *rest) {
    const char *end = memchr(rest->ptr, '\n', rest->len);
    size_t len = end ? (size_t)(end - rest->ptr) : rest->len;
    dh_view line = {rest->ptr, len};
    size_t taken = end ? len + 1 : len;
    rest->ptr += taken;
    rest->len -= taken;
    if (line.len && line.ptr[line.len - 1] == '\r') line.len--;
    return line;
}

static dh_status append_line(dh_buf *out, dh_view line) {
    dh_status st = DH_OK;
    for (size_t i = 0; i < line.len && !st; i++) {
        unsigned char c = (unsigned char)line.ptr[i];
        bool control = (c < 0x20 && c != '\t') || c == 0x7f;
        st = buf_append_char(out, control ? ' ' : line.ptr[i]);
    }
    return st ? st : buf_append_view(out, DH_VIEW("\r\n"));
}

static dh_status append_status_line(dh_buf *out, dh_view line) {
    bool known = view_starts(line, DH_VIEW("HTTP/1.0 ")) || view_starts(line, DH_VIEW("HTTP/1.1 "));
    const char *space = memchr(line.ptr, ' ', line.len);
    if (known || !space) return append_line(out, line);
    dh_status st = buf_append_view(out, DH_VIEW("HTTP/1.1"));
    size_t version = (size_t)(space - line.ptr);
    return st ? st : append_line(out, (dh_view){space, line.len - version});
}

/* True for headers that speak of the body as it was sent and not as it is kept. */
static bool is_of_transport(dh_view name) {
    return view_is_nocase(name, DH_VIEW("Content-Encoding")) || view_is_nocase(name, DH_VIEW("Transfer-Encoding"));
}

static dh_status append_header(dh_buf *out, dh_view line, dh_view name, dh_view true_length) {
    dh_status st = DH_OK;
    bool length = view_is_nocase(name, DH_VIEW("Content-Length"));
    if (length) {
        dh_view value = view_trim((dh_view){line.ptr + name.len + 1, line.len - name.len - 1});
        if (view_is(value, true_length)) return DH_OK; /* written at the end */
    }
    if (length || is_of_transport(name)) st = buf_append_view(out, DH_VIEW("X-Archive-Orig-"));
    return st ? st : append_line(out, line);
}

dh_status warc_http_head(dh_view head, size_t body_bytes, dh_buf *out) {
    dh_buf length;
    dh_buf_init(&length, 0);
    dh_status st = buf_printf(&length, "%zu", body_bytes);
    if (!st) st = append_status_line(out, next_line(&head));
    while (!st && head.len) {
        dh_view line = next_line(&head);
        const char *colon = memchr(line.ptr, ':', line.len);
        bool folded = line.len && (line.ptr[0] == ' ' || line.ptr[0] == '\t');
        if (folded)
            st = append_line(out, line);
        else if (colon && colon > line.ptr)
            st = append_header(out, line, (dh_view){line.ptr, (size_t)(colon - line.ptr)}, dh_buf_view(&length));
    }
    if (!st) st = buf_printf(out, "Content-Length: %zu\r\n\r\n", body_bytes);
    dh_buf_clear(&length);
    return st;
}

dh_view warc_http_field(dh_view head, dh_view name) {
    while (head.len) {
        dh_view line = next_line(&head);
        if (line.len <= name.len || line.ptr[name.len] != ':' || !view_starts_nocase(line, name)) continue;
        dh_view value = view_trim((dh_view){line.ptr + name.len + 1, line.len - name.len - 1});
        for (size_t i = 0; i < value.len; i++)
            if ((unsigned char)value.ptr[i] < 0x20 || value.ptr[i] == 0x7f) return (dh_view){"", 0};
        return value;
    }
    return (dh_view){"", 0};
}

/* ---- the record ----------------------------------------------------------------------------------------------- */

/* RFC 4648 base 32; 20 bytes give 32 letters and no padding. */
static void base32(const unsigned char digest[SHA1_BYTES], char out[SHA1_TEXT_BYTES + 1]) {
    static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    for (size_t i = 0; i < SHA1_TEXT_BYTES; i++) {
        size_t bit = i * 5, at = bit / 8;
        unsigned two = (unsigned)digest[at] << 8 | (at + 1 < SHA1_BYTES ? digest[at + 1] : 0);
        out[i] = letters[two >> (11 - bit % 8) & 31];
    }
    out[SHA1_TEXT_BYTES] = 0;
}

/* SHA-1 of two views, one after the other. */
static dh_status sha1(dh_view a, dh_view b, char out[WARC_DIGEST_BYTES]) {
    static const char name[] = "sha1:";
    unsigned char digest[SHA1_BYTES];
    EVP_MD_CTX *ctx = EVP_MD_CTX_new();
    bool ok = ctx && EVP_DigestInit_ex(ctx, EVP_sha1(), NULL) && EVP_DigestUpdate(ctx, a.ptr, a.len) &&
              EVP_DigestUpdate(ctx, b.ptr, b.len) && EVP_DigestFinal_ex(ctx, digest, NULL);
    EVP_MD_CTX_free(ctx);
    memcpy(out, name, sizeof name - 1);
    if (ok) base32(digest, out + sizeof name - 1);
    return ok ? DH_OK : DH_ERR_NOMEM;
}

/* Of a record whose block is head and body, and the body its payload. */
static dh_status sum(dh_view head, dh_view body, warc_sums *out) {
    dh_status st = sha1(body, (dh_view){"", 0}, out->payload);
    return st ? st : sha1(head, body, out->block);
}

dh_status warc_sum(const transfer_result *page, warc_sums *out) {
    dh_buf http;
    dh_buf_init(&http, 0);
    dh_status st = warc_http_head(page->head, page->body.len, &http);
    if (!st) st = sum(dh_buf_view(&http), page->body, out);
    dh_buf_clear(&http);
    return st;
}

/* A random UUID (RFC 9562, version 4). */
static dh_status uuid(char out[WARC_ID_BYTES]) {
    static const char digits[] = "0123456789abcdef";
    unsigned char r[16];
    if (getrandom(r, sizeof r, 0) != (ssize_t)sizeof r) return DH_ERR_IO;
    r[6] = (r[6] & 0x0f) | 0x40;
    r[8] = (r[8] & 0x3f) | 0x80;
    size_t w = 0;
    for (size_t i = 0; i < sizeof r; i++) {
        if (i == 4 || i == 6 || i == 8 || i == 10) out[w++] = '-';
        out[w++] = digits[r[i] >> 4];
        out[w++] = digits[r[i] & 15];
    }
    out[w] = 0;
    return DH_OK;
}

/* A record to be written. The block is head and body, and the body is the payload; of a revisit it is that of the page before. */
typedef struct {
    const char *type, *content_type;
    dh_view url, address, ip; /* address: as it was asked for, named if it is another than url. address and ip may be empty */
    time_t date;
    dh_view head, body;
    const warc_sums *sums; /* NULL: not known yet */
    const char *tie;     /* the field that names `of` */
    const warc_id *of;   /* the record that it belongs to; NULL or empty: it stands for itself */
    dh_view payload;     /* digest of a revisit's */
    bool revisit;
    warc_id *id;         /* receives its name; may be NULL */
} record;

/* Everything before the block. */
static dh_status append_record_head(dh_buf *out, const record *r) {
    warc_id own, *id = r->id ? r->id : &own;
    char date[DATE_TEXT_BYTES] = "";
    warc_sums sums;
    struct tm utc;
    if (!gmtime_r(&r->date, &utc) || !strftime(date, sizeof date, "%Y-%m-%dT%H:%M:%SZ", &utc)) return DH_ERR_IO;
    dh_status st = uuid(id->text);
    if (r->sums) sums = *r->sums;
    else if (!st) st = sum(r->head, r->body, &sums);
    if (!st) st = buf_printf(out, "WARC/1.1\r\nWARC-Type: %s\r\nWARC-Record-ID: <urn:uuid:%s>\r\n", r->type, id->text);
    if (!st && r->of && *r->of->text) st = buf_printf(out, "%s: <urn:uuid:%s>\r\n", r->tie, r->of->text);
    if (!st) st = buf_printf(out, "WARC-Date: %s\r\nWARC-Target-URI: ", date);
    if (!st) st = append_line(out, r->url);
    if (!st && r->address.len && !view_is(r->address, r->url)) {
        st = buf_append_view(out, DH_VIEW(WARC_ADDRESS ": "));
        if (!st) st = append_line(out, r->address);
    }
    if (!st && r->ip.len) st = buf_append_view(out, DH_VIEW("WARC-IP-Address: "));
    if (!st && r->ip.len) st = append_line(out, r->ip);
    if (!st && r->revisit)
        st = buf_append_view(out, DH_VIEW("WARC-Profile: http://netpreserve.org/warc/1.1/revisit/server-not-modified\r\n"
                                          "WARC-Refers-To-Target-URI: "));
    if (!st && r->revisit) st = append_line(out, r->url);
    if (!st) st = buf_printf(out, "WARC-Block-Digest: %s\r\n", sums.block);
    dh_view digest = r->revisit || st ? r->payload : view_of(sums.payload);
    if (!st) st = buf_printf(out, "WARC-Payload-Digest: %.*s\r\n", (int)digest.len, digest.ptr);
    if (!st) st = buf_printf(out, "Content-Type: %s\r\nContent-Length: %zu\r\n\r\n", r->content_type, r->head.len + r->body.len);
    return st;
}

dh_status warc_write(int fd, dh_view v) {
    while (v.len) {
        ssize_t n = write(fd, v.ptr, v.len);
        if (n < 0 && errno == EINTR) continue;
        if (n < 0) return DH_ERR_IO;
        v.ptr += n;
        v.len -= (size_t)n;
    }
    return DH_OK;
}

static dh_status write_plain(int fd, const dh_view *pieces, size_t count) {
    dh_status st = DH_OK;
    for (size_t i = 0; i < count && !st; i++) st = warc_write(fd, pieces[i]);
    return st;
}

/* Compresses all of v as one gzip member. */
static dh_status squeeze(dh_view v, int level, dh_buf *out) {
    struct libdeflate_compressor *z = libdeflate_alloc_compressor(level);
    dh_status st = z ? buf_reserve(out, libdeflate_gzip_compress_bound(z, v.len)) : DH_ERR_NOMEM;
    if (!st) out->len = libdeflate_gzip_compress(z, v.ptr, v.len, out->ptr, out->cap);
    libdeflate_free_compressor(z);
    return st;
}

/* Writes the pieces as one gzip member. A record is in memory anyway, so it is compressed whole: libdeflate takes half of zlib's time
 * for it, and some percent less room. */
static dh_status write_squeezed(const warc_sink *sink, const dh_view *pieces, size_t count) {
    dh_buf whole, packed;
    dh_status st = DH_OK;
    dh_buf_init(&whole, 0);
    dh_buf_init(&packed, 0);
    for (size_t i = 0; i < count && !st; i++) st = buf_append_view(&whole, pieces[i]);
    if (!st) st = squeeze(dh_buf_view(&whole), sink->level, &packed);
    if (!st) st = warc_write(sink->fd, dh_buf_view(&packed));
    int error = errno;
    dh_buf_clear(&whole);
    dh_buf_clear(&packed);
    errno = error;
    return st;
}

static dh_status write_record(const warc_sink *sink, const record *r) {
    dh_buf head;
    dh_buf_init(&head, 0);
    dh_status st = append_record_head(&head, r);
    if (!st) {
        dh_view pieces[] = {dh_buf_view(&head), r->head, r->body, DH_VIEW("\r\n\r\n")};
        st = sink->level ? write_squeezed(sink, pieces, DH_COUNT(pieces))
                         : write_plain(sink->fd, pieces, DH_COUNT(pieces));
    }
    int error = errno;
    dh_buf_clear(&head);
    errno = error;
    return st;
}

/* digest: of a revisit; else NULL. */
static dh_status write_http(const warc_sink *sink, const transfer_result *page, const warc_sums *sums, dh_view address, const dh_view *digest,
                            warc_id *id) {
    dh_buf http;
    bool revisit = digest != NULL;
    dh_view body = revisit ? (dh_view){"", 0} : page->body;
    dh_buf_init(&http, 0);
    dh_status st = warc_http_head(page->head, body.len, &http);
    if (!st)
        st = write_record(sink, &(record){.type = revisit ? "revisit" : "response", .content_type = "application/http;msgtype=response",
                                          .url = page->url, .address = address, .ip = page->ip, .date = page->date,
                                          .head = dh_buf_view(&http), .body = body, .sums = sums, .payload = revisit ? *digest : body, .revisit = revisit, .id = id});
    int error = errno;
    dh_buf_clear(&http);
    errno = error;
    return st;
}

dh_status warc_write_response(const warc_sink *sink, const transfer_result *page, const warc_sums *sums, dh_view address, warc_id *id) {
    return write_http(sink, page, sums, address, NULL, id);
}

dh_status warc_write_revisit(const warc_sink *sink, const transfer_result *page, dh_view address, dh_view digest, warc_id *id) {
    return write_http(sink, page, NULL, address, &digest, id);
}

dh_status warc_write_request(const warc_sink *sink, const transfer_result *page, const warc_id *id) {
    if (!page->request.len) return DH_OK;
    return write_record(sink, &(record){.type = "request", .content_type = "application/http;msgtype=request", .url = page->url, .ip = page->ip,
                                        .date = page->date, .head = page->request, .body = DH_VIEW(""), .tie = "WARC-Concurrent-To", .of = id});
}

dh_status warc_write_conversion(const warc_sink *sink, const transfer_result *page, dh_view address, const warc_id *of) {
    return write_record(sink, &(record){.type = "conversion", .content_type = "text/html; charset=utf-8", .url = page->url, .address = address,
                                        .date = page->date, .head = DH_VIEW(""), .body = page->body, .tie = "WARC-Refers-To", .of = of});
}

dh_status warc_write_failure(const warc_sink *sink, dh_view address, time_t date, dh_view line) {
    return write_record(sink, &(record){.type = "metadata", .content_type = "application/json", .url = address, .date = date, .body = line});
}
