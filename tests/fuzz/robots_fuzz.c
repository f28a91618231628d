/* Fuzzes robots.txt: the first line of an input is a path, the rest the file. What is said of a path is the same for every
 * spelling of the same bytes, and /robots.txt is always permitted. */
#include "fuzz.h"

#include "fetch/robots.h"

#define LONGEST_PATH 2000

static bool ask(const robots *r, dh_view path) {
    bool allowed = false;
    MUST(!robots_ask(r, path, &allowed));
    return allowed;
}

/* The path with each byte that an address need not escape escaped. */
static void escape(dh_view path, dh_buf *out) {
    for (size_t i = 0; i < path.len; i++) {
        unsigned char c = (unsigned char)path.ptr[i];
        bool letter = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
        MUST(!(letter ? buf_printf(out, "%%%02x", c) : buf_append_char(out, (char)c)));
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    const uint8_t *end = size ? memchr(data, '\n', size) : NULL;
    size_t n = end ? (size_t)(end - data) : 0;
    if (n > LONGEST_PATH) return 0;
    char *path = fuzz_copy(data, n), *text = fuzz_copy(data + n, size - n);
    dh_view asked = {path, n};
    robots *r = robots_new((dh_view){text, size - n}, DH_VIEW("FooBot/1"));
    dh_buf other;
    dh_buf_init(&other, 0);
    MUST(r);
    free(text); /* nothing of it is borrowed */
    MUST(robots_delay_ms(r) >= 0 && robots_bytes(r) >= 1);
    bool allowed = ask(r, asked);
    if (n && !memchr(path, '%', n)) {
        escape(asked, &other);
        MUST(ask(r, dh_buf_view(&other)) == allowed);
    }
    MUST(ask(r, DH_VIEW("/robots.txt")));
    dh_buf_clear(&other);
    robots_free(r);
    free(path);
    return 0;
}
