/* Files that are no page, by their first bytes; beside each kind stand texts that begin like it. */
#include "input_tests.h"

#include <stdio.h>

typedef struct {
    const char *name; /* NULL: it is none */
    dh_view head;
} binary_row;

static const binary_row binary_rows[] = {
    {"a PDF document", DH_LIT("%PDF-1.4\n%\xe2\xe3\xcf\xd3\n1 0 obj\n")},
    {"a PDF document", DH_LIT("%PDF-2.0\r\n")},
    {"a PostScript document", DH_LIT("%!PS-Adobe-3.0\n%%Title: x\n")},
    {"a PNG image", DH_LIT("\x89PNG\r\n\x1a\n\0\0\0\rIHDR")},
    {"a JPEG image", DH_LIT("\xff\xd8\xff\xe0\0\x10JFIF\0\1")},
    {"a GIF image", DH_LIT("GIF89a\1\0\1\0\x80\0\0")},
    {"a GIF image", DH_LIT("GIF87a\1\0\1\0\x80\0\0")},
    {"a WebP image", DH_LIT("RIFF\x24\0\0\0WEBPVP8 \x18\0\0\0")},
    {"a TIFF image", DH_LIT("II*\0\x08\0\0\0")},
    {"a TIFF image", DH_LIT("MM\0*\0\0\0\x08")},
    {"an icon", DH_LIT("\0\0\1\0\1\0\x10\x10\0\0\1\0\x20\0\x68\4\0\0\x16\0\0\0")},
    {"a BMP image", DH_LIT("BM\x46\0\0\0\0\0\0\0\x36\0\0\0\x28\0\0\0\2\0\0\0\2\0\0\0")},
    {"a JPEG XL image", DH_LIT("\0\0\0\x0cJXL \r\n\x87\n\0\0")},
    {"a Photoshop image", DH_LIT("8BPS\0\1\0\0\0\0\0\0\0\3")},
    {"an AVIF or HEIF image", DH_LIT("\0\0\0\x1c"
                                     "ftypavif\0\0\0\0")},
    {"an MP3 recording", DH_LIT("ID3\3\0\0\0\0\x0f\x76TIT2")},
    {"an MP4 video", DH_LIT("\0\0\0\x20"
                            "ftypisom\0\0\2\0isomiso2")},
    {"an Ogg recording", DH_LIT("OggS\0\2\0\0\0\0\0\0\0\0")},
    {"a FLAC recording", DH_LIT("fLaC\0\0\0\x22\x10\0\x10\0")},
    {"a Matroska or WebM video", DH_LIT("\x1a\x45\xdf\xa3\x9f\x42\x86\x81")},
    {"an AVI video", DH_LIT("RIFF\x24\1\0\0AVI LIST\0\0")},
    {"a WAVE recording", DH_LIT("RIFF\x24\1\0\0WAVEfmt \x10\0\0\0")},
    {"a Flash video", DH_LIT("FLV\1\5\0\0\0\x09")},
    {"an EPUB book",
     DH_LIT("PK\3\4\x14\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\x08\0\0\0mimetypeapplication/epub+zip")},
    {"an OpenDocument file", DH_LIT("PK\3\4\x14\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\x08\0\0\0mimetypeapplication/"
                                    "vnd.oasis.opendocument.text")},
    {"an Office document",
     DH_LIT("PK\3\4\x14\0\6\0\x08\0\0\0!\0\0\0\0\0\0\0\0\0\0\0\0\0\x13\0\x08\2[Content_Types].xml")},
    {"a ZIP archive", DH_LIT("PK\3\4\x14\0\0\0\x08\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\1\0\0\0a")},
    {"a ZIP archive", DH_LIT("PK\5\6\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0")},
    {"a 7z archive", DH_LIT("7z\xbc\xaf\x27\x1c\0\4")},
    {"a RAR archive", DH_LIT("Rar!\x1a\x07\1\0")},
    {"gzip data", DH_LIT("\x1f\x8b\x08\xe0\0\0\0\0\0\3")}, /* with reserved flags: the stream does not open it */
    {"an ELF executable", DH_LIT("\x7f"
                                 "ELF\2\1\1\0\0\0\0\0\0\0\0\0\3\0>\0")},
    {"a Mach-O executable", DH_LIT("\xcf\xfa\xed\xfe\x07\0\0\1\3\0\0\0")},
    {"a Mach-O executable", DH_LIT("\xca\xfe\xba\xbe\0\0\0\2\1\0\0\x07")},
    {"a Java class", DH_LIT("\xca\xfe\xba\xbe\0\0\0\x34\0\x1d")},
    {"a WebAssembly module", DH_LIT("\0asm\1\0\0\0\1\4")},
    {"an SQLite database", DH_LIT("SQLite format 3\0\x10\0\1\1")},
    {"a WOFF font", DH_LIT("wOF2\0\1\0\0\0\0")},
    {"a WOFF font", DH_LIT("wOFFOTTO\0\0")},
    {"a TrueType font", DH_LIT("\0\1\0\0\0\x10\1\0")},
    {"an OpenType font", DH_LIT("OTTO\0\x0b\0\x80")},
    {"an old Office document", DH_LIT("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1\0\0")},
    /* texts that begin so */
    {NULL, DH_LIT("%PDF-1.4 is how a PDF file begins.")},
    {NULL, DH_LIT("%!PS is how PostScript begins.")},
    {NULL, DH_LIT("GIF89 and GIF87 are formats.")},
    {NULL, DH_LIT("GIF8")},
    {NULL, DH_LIT("BMW is a maker of cars in Munich, and more.")},
    {NULL, DH_LIT("BM")},
    {NULL, DH_LIT("MZ are the initials of a man who worked on DOS. They begin every program of its, to this day.")},
    {NULL, DH_LIT("ID3 tags hold the names of songs.")},
    {NULL, DH_LIT("II* is no TIFF.")},
    {NULL, DH_LIT("RIFF is a container. WAVE is in it.")},
    {NULL, DH_LIT("RIFFxxxxWEBP, says the header")},
    {NULL, DH_LIT("PK is a name")},
    {NULL, DH_LIT("OTTO: a name that is its own mirror")},
    {NULL, DH_LIT("OggS is what a page begins with")},
    {NULL, DH_LIT("Rar! shouted the lion")},
    {NULL, DH_LIT("BZh91AY is how bzip2 begins")},
    {NULL, DH_LIT("SQLite format 3 is a file format")},
    {NULL, DH_LIT("wOFF is a font")},
    {NULL, DH_LIT("FLV is old")},
    {NULL, DH_LIT("7z is an archiver")},
    {NULL, DH_LIT("\xff\xfeH\0e\0l\0l\0o\0")}, /* UTF-16 */
    {NULL, DH_LIT("\xef\xbb\xbfHello")},
    {NULL, DH_LIT("")},
    {NULL, DH_LIT("\0\0\0\0")},
};

START_TEST(names_binaries) {
    const binary_row *row = &binary_rows[_i];
    char *copy = test_copy(row->head);
    const char *got = in_binary_name((dh_view){copy, row->head.len});
    free(copy);
    bool fits = row->name ? got && !strcmp(got, row->name) : !got;
    ck_assert_msg(fits, "row %d, %s: %s", _i, row->name ? row->name : row->head.ptr, got ? got : "no name");
}
END_TEST

START_TEST(names_larger_binaries) {
    char head[1024] = "folder/file.txt";
    memcpy(head + 100, "0000644\0", 8);
    memcpy(head + 148, "005432\0 ", 8);
    memcpy(head + 257, "ustar", 5);
    ck_assert_str_eq(in_binary_name((dh_view){head, sizeof head}), "a tar archive");
    ck_assert_ptr_null(in_binary_name((dh_view){head, 511}));
    memset(head, 0, sizeof head);
    memcpy(head, "MZ\x90\0\3\0\0\0\4\0", 10);
    head[60] = '\x80';
    memcpy(head + 128, "PE\0\0", 4);
    ck_assert_str_eq(in_binary_name((dh_view){head, sizeof head}), "a Windows executable");
    memset(head, 0, sizeof head);
    memcpy(head, "\xff\xfb\x90\x64", 4); /* 128 kbit/s at 44100 Hz: 417 bytes a frame */
    ck_assert_ptr_null(in_binary_name((dh_view){head, sizeof head}));
    memcpy(head + 417, "\xff\xfb\x90\x64", 4);
    ck_assert_str_eq(in_binary_name((dh_view){head, sizeof head}), "an MP3 recording");
}
END_TEST

static dh_status open_page(dh_view bytes, const dh_options *opt, dh_error *err) {
    dh_page *page = NULL;
    dh_status st = dh_page_new(sup_context(), bytes, opt, &page, err);
    dh_page_free(page);
    return st;
}

/* The error is one line that names the kind; --from overrides. */
START_TEST(refuses_binaries) {
    dh_options opt = dh_options_default();
    for (size_t i = 0; i < DH_COUNT(binary_rows) && binary_rows[i].name; i++) {
        dh_error err = {0};
        char want[80];
        snprintf(want, sizeof want, "is %s, no page", binary_rows[i].name);
        ck_assert_msg(open_page(binary_rows[i].head, &opt, &err) == DH_ERR_FORMAT, "row %zu, %s: taken", i, want);
        ck_assert_msg(!strcmp(err.msg, want), "row %zu: \"%s\", want \"%s\"", i, err.msg, want);
    }
    opt.from = DH_FROM_TEXT;
    ck_assert_int_eq(open_page(binary_rows[0].head, &opt, NULL), DH_OK);
}
END_TEST

TCase *input_binary_case(void) {
    TCase *c = tcase_create("binaries");
    tcase_add_loop_test(c, names_binaries, 0, (int)DH_COUNT(binary_rows));
    tcase_add_test(c, names_larger_binaries);
    tcase_add_test(c, refuses_binaries);
    return c;
}
