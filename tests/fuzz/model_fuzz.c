/* Fuzzes model files: edits of the built-in one, so that it stays true to today's features, with the checksum put right. An input is
 * a list of edits of five bytes: three for the place, one for the value, one that says whether the byte is set, or added to, or the
 * file ends there. A file that is taken is then used: trees with other leaves and splits must score a page as well. */
#include "fuzz.h"

#include "judge/models.h"

#define EDIT 5

static const char html[] = "<title>Fog</title><nav><a href=a>Home</a></nav><article><h1>Fog</h1><p>The ferry had left an hour before the fog "
                           "came in.</p><p>Nobody on the pier expected it back before noon.</p></article><footer>Copyright</footer>";

static size_t edit(unsigned char *file, size_t len, const uint8_t *data, size_t size) {
    for (; size >= EDIT && len; data += EDIT, size -= EDIT) {
        size_t at = ((size_t)data[0] | (size_t)data[1] << 8 | (size_t)data[2] << 16) % len;
        /* Half of the places are among the first bytes: the table of parts, and the head of the first part. */
        if (data[4] & 4) at %= 512;
        if (data[4] % 64 == 63) len = at;
        else if (data[4] & 1) file[at] = data[3];
        else file[at] = (unsigned char)(file[at] + data[3]);
    }
    return len;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    dh_context *ctx;
    dh_error err = {0};
    unsigned char *file = malloc(jd_model_default_len);
    MUST(file && !dh_context_new(&ctx, NULL));
    memcpy(file, jd_model_default, jd_model_default_len);
    size_t len = edit(file, jd_model_default_len, data, size);
    unsigned char *exact = malloc(len + 1); /* a sanitizer sees what reads behind it */
    MUST(exact);
    memcpy(exact, file, len);
    if (len > JD_MODEL_HEAD) {
        uint64_t sum = jd_checksum((dh_view){(const char *)exact + JD_MODEL_HEAD, len - JD_MODEL_HEAD});
        for (size_t i = 0; i < 8; i++) exact[16 + i] = (unsigned char)(sum >> 8 * i);
    }
    dh_status st = dh_context_load_model(ctx, (dh_view){(const char *)exact, len}, &err);
    MUST(st == DH_OK || (st == DH_ERR_FORMAT && err.msg[0]));
    free(exact);
    dh_page *page;
    MUST(!dh_page_new(ctx, (dh_view){html, sizeof html - 1}, NULL, &page, NULL));
    for (size_t i = 0; i < dh_page_block_count(page); i++) {
        dh_block b;
        MUST(dh_page_block(page, i, &b) && b.score >= 0 && b.score <= 1);
    }
    dh_page_free(page);
    dh_context_free(ctx);
    free(file);
    return 0;
}
