// dehusk.h from C++, linked with the shared library; its C halves are header.c. Exit status 1 if an answer is wrong.
#include <dehusk.h>

#include <cstdio>
#include <memory>
#include <string>

extern "C" size_t header_c99(dh_view bytes);
extern "C" size_t header_c11(dh_view bytes);

namespace {

struct free_context {
    void operator()(dh_context *ctx) const { dh_context_free(ctx); }
};
struct free_page {
    void operator()(dh_page *page) const { dh_page_free(page); }
};
struct free_reader {
    void operator()(dh_reader *reader) const { dh_reader_free(reader); }
};

int failed = 0;

void check(bool ok, const char *what) {
    if (ok) return;
    std::fprintf(stderr, "header: failed: %s\n", what);
    failed = 1;
}

dh_status read_string(void *user, char *buf, size_t cap, size_t *got, dh_error *) {
    std::string &left = *static_cast<std::string *>(user);
    *got = left.copy(buf, cap < 7 ? cap : 7);
    left.erase(0, *got);
    return DH_OK;
}

std::string render(const dh_page *page) {
    dh_buf out;
    dh_buf_init(&out, 1 << 20);
    check(dh_page_render(page, DH_TO_TEXT, &out, nullptr) == DH_OK, "render");
    dh_view v = dh_buf_view(&out);
    std::string text(v.ptr, v.len);
    dh_buf_clear(&out);
    return text;
}

} // namespace

int main() {
    const std::string html = "<p>One &amp; two.</p><p>Three.</p>";
    const std::string text = "One & two.\n\nThree.\n";
    dh_view bytes = {html.data(), html.size()};
    dh_error err = {DH_OK, 0, ""};
    dh_context *made = nullptr;
    check(dh_context_new(&made, &err) == DH_OK, "context");
    std::unique_ptr<dh_context, free_context> ctx(made);

    dh_page *first = nullptr;
    check(dh_page_new(ctx.get(), bytes, nullptr, &first, &err) == DH_OK, err.msg);
    std::unique_ptr<dh_page, free_page> page(first);
    check(render(page.get()) == text, "the page's text");

    std::string source = html;
    dh_reader *opened = nullptr;
    check(dh_reader_new(ctx.get(), nullptr, read_string, &source, &opened, &err) == DH_OK, err.msg);
    std::unique_ptr<dh_reader, free_reader> reader(opened);
    dh_page *second = nullptr;
    check(dh_reader_next(reader.get(), &second, &err) == DH_OK && second, err.msg);
    page.reset(second);
    check(second && render(second) == text, "the reader's text");
    page.reset();
    check(dh_reader_next(reader.get(), &second, &err) == DH_OK && !second, "the end of the source");

    check(header_c99(bytes) == 4 && header_c11(bytes) == 4, "the words that C counts");
    return failed;
}
