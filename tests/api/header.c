/* dehusk.h in strict C; built once as C99 and once as C11, with WHICH naming its function. */
#include <dehusk.h>
#include <dehusk.h> /* twice does no harm */

size_t WHICH(dh_view bytes);

/* Words kept of a page; SIZE_MAX if something fails. */
size_t WHICH(dh_view bytes) {
    dh_context *ctx = NULL;
    dh_page *page = NULL;
    dh_options opt = dh_options_default();
    size_t words = SIZE_MAX;
    opt.from = DH_FROM_HTML;
    if (!dh_context_new(&ctx, NULL) && !dh_page_new(ctx, bytes, &opt, &page, NULL)) words = dh_page_kept_words(page);
    dh_page_free(page);
    dh_context_free(ctx);
    return words;
}
