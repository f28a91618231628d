/* Heads of pages as plain structs: writer and readers are forks of one program. What a reader is told is checked all the same, as the writer
 * has had hostile bytes in hand. */
#include "parcel.h"

#include "source.h"

#include <unistd.h>

#define PARCEL_MAGIC 0x6b737568u

enum { NAME, URL, CHARSET, ID, STRINGS };

typedef struct {
    uint32_t magic, from, decoded;
    uint32_t len[STRINGS];
    uint64_t number, bytes;
} head;

dh_status parcel_write(int fd, const parcel *p, dh_view page, dh_error *err) {
    const dh_view strings[STRINGS] = {[NAME] = p->name, [URL] = p->url, [CHARSET] = p->charset, [ID] = p->id};
    head h = {.magic = PARCEL_MAGIC, .from = p->from, .decoded = p->decoded, .number = p->number, .bytes = page.len};
    dh_buf out;
    dh_buf_init(&out, 0);
    for (size_t i = 0; i < STRINGS; i++) h.len[i] = strings[i].len <= PARCEL_STRING_BYTES ? (uint32_t)strings[i].len : 0;
    dh_status st = dh_buf_append(&out, (const char *)&h, sizeof h);
    for (size_t i = 0; !st && i < STRINGS; i++) st = dh_buf_append(&out, strings[i].ptr, h.len[i]);
    st = st ? err_set(err, st, 0, "out of memory") : source_write_all(fd, dh_buf_view(&out), NULL, err);
    if (!st) st = source_write_all(fd, page, NULL, err);
    dh_buf_clear(&out);
    return st;
}

/* Reads exactly so many bytes. */
static dh_status read_bytes(int fd, char *to, size_t len, dh_error *err) {
    source s = {fd, NULL};
    for (size_t got; len; to += got, len -= got) {
        dh_status st = source_read(&s, to, len, &got, err);
        if (st) return st;
        if (!got) return err_set(err, DH_ERR_FORMAT, 0, "came without its head");
    }
    return DH_OK;
}

static bool is_sound(const head *h) {
    bool sound = h->magic == PARCEL_MAGIC && h->from <= DH_FROM_TEXT;
    for (size_t i = 0; i < STRINGS; i++) sound = sound && h->len[i] <= PARCEL_STRING_BYTES;
    return sound;
}

dh_status parcel_read(int fd, parcel *p, dh_buf *room, dh_error *err) {
    head h;
    size_t all = 0;
    room->len = 0;
    if (lseek(fd, 0, SEEK_SET)) return err_system(err);
    dh_status st = read_bytes(fd, (char *)&h, sizeof h, err);
    if (st) return st;
    if (!is_sound(&h)) return err_set(err, DH_ERR_FORMAT, 0, "came with a broken head");
    for (size_t i = 0; i < STRINGS; i++) all += h.len[i];
    if (buf_reserve(room, all + 1)) return err_set(err, DH_ERR_NOMEM, 0, "out of memory");
    if ((st = read_bytes(fd, room->ptr, all, err))) return st;
    room->len = all;
    dh_view strings[STRINGS];
    const char *at = room->ptr;
    for (size_t i = 0; i < STRINGS; at += h.len[i++]) strings[i] = (dh_view){at, h.len[i]};
    *p = (parcel){.number = h.number, .bytes = h.bytes, .name = strings[NAME], .url = strings[URL], .charset = strings[CHARSET],
                  .id = strings[ID], .from = (dh_from)h.from, .decoded = h.decoded != 0};
    return DH_OK;
}
