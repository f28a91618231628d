/* Names the kinds of files that are no page, by their first bytes, so that a PDF among pages is told from a page. A kind is
 * only listed if no text begins so, or if more of its header can be checked. */
#include "input.h"

typedef struct {
    const char *name;
    size_t offset;
    dh_view magic;
    bool (*check)(dh_view head); /* more to look at, or NULL */
} binary_kind;

static unsigned byte_at(dh_view v, size_t i) { return i < v.len ? (unsigned char)v.ptr[i] : 0; }

static uint32_t little32(dh_view v, size_t at) {
    return byte_at(v, at) | byte_at(v, at + 1) << 8 | byte_at(v, at + 2) << 16 | (uint32_t)byte_at(v, at + 3) << 24;
}

static uint32_t big32(dh_view v, size_t at) {
    return (uint32_t)byte_at(v, at) << 24 | byte_at(v, at + 1) << 16 | byte_at(v, at + 2) << 8 | byte_at(v, at + 3);
}

static bool has_at(dh_view v, size_t at, dh_view what) {
    return v.len >= at && view_starts((dh_view){v.ptr + at, v.len - at}, what);
}

/* ---- checks behind short magic ---- */

/* "BM": two reserved fields are 0, and the header that follows has one of its known sizes. */
static bool is_bmp(dh_view v) {
    uint32_t size = little32(v, 14);
    return v.len >= 26 && !little32(v, 6) && (size == 12 || (size >= 40 && size <= 124));
}

/* "MZ": DOS's header says how many 16-byte paragraphs it has, and where the header of Windows is. */
static bool is_pe(dh_view v) {
    uint32_t at = little32(v, 60);
    if (v.len < 64) return false;
    if (has_at(v, at, DH_VIEW("PE\0\0")) || has_at(v, at, DH_VIEW("NE")) || has_at(v, at, DH_VIEW("LE"))) return true;
    return memchr(v.ptr, '\0', 64) && byte_at(v, 3) <= 1 && byte_at(v, 8) >= 2 && !byte_at(v, 9) && byte_at(v, 24) >= 0x1c;
}

/* "ID3": a version, flags, and a size whose bytes have seven bits. */
static bool is_id3(dh_view v) {
    return v.len >= 10 && byte_at(v, 3) >= 2 && byte_at(v, 3) <= 4 && byte_at(v, 4) != 0xff && !(byte_at(v, 5) & 0x0f) &&
           !(big32(v, 6) & 0x80808080u);
}

/* A frame of MPEG audio, layer III, and another where it ends. */
static bool is_mpeg_audio(dh_view v) {
    static const uint16_t kbits[2][16] = {{0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160, 0},
                                          {0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 0}};
    static const uint16_t hertz[3] = {44100, 48000, 32000};
    unsigned version = byte_at(v, 1) >> 3 & 3, layer = byte_at(v, 1) >> 1 & 3;
    unsigned rate = byte_at(v, 2) >> 4, frequency = byte_at(v, 2) >> 2 & 3, padding = byte_at(v, 2) >> 1 & 1;
    if (v.len < 4 || byte_at(v, 0) != 0xff || layer != 1 || version == 1 || frequency == 3) return false;
    bool one = version == 3;
    size_t bits = kbits[one][rate];
    if (!bits) return false;
    size_t samples = one ? 144 : 72, divisor = (size_t)hertz[frequency] >> (one ? 0 : version == 2 ? 1 : 2);
    size_t next = samples * bits * 1000 / divisor + padding;
    return next + 2 <= v.len && byte_at(v, next) == 0xff && (byte_at(v, next + 1) & 0xfe) == (byte_at(v, 1) & 0xfe);
}

/* "\0\0\1\0": an icon's directory, whose first entry has a reserved 0. */
static bool is_ico(dh_view v) {
    unsigned count = byte_at(v, 4) | byte_at(v, 5) << 8;
    return v.len >= 22 && count && count < 256 && !byte_at(v, 9) && little32(v, 14) && little32(v, 18) >= 6 + 16 * count;
}

/* CAFEBABE is Java's if a version follows, a universal binary's if a small count does. */
static bool is_class(dh_view v) { return v.len >= 8 && byte_at(v, 6) == 0 && byte_at(v, 7) >= 43; }
static bool is_fat_macho(dh_view v) { return v.len >= 8 && big32(v, 4) >= 1 && big32(v, 4) < 43; }

/* ustar alone stands in texts too: the check sum is octal digits. */
static bool is_tar(dh_view v) {
    if (v.len < 512) return false;
    size_t digits = 0;
    for (size_t i = 148; i < 156; i++) digits += byte_at(v, i) >= '0' && byte_at(v, i) <= '7';
    return digits >= 4 && memchr(v.ptr, '\0', 100);
}

static bool is_compound(dh_view v) { return v.len >= 8 && !memcmp(v.ptr + 4, "\xa1\xb1\x1a\xe1", 4); }

static bool is_gif(dh_view v) { return v.len >= 10 && (byte_at(v, 4) == '7' || byte_at(v, 4) == '9') && byte_at(v, 5) == 'a'; }

static bool is_riff(dh_view v) { return little32(v, 4) >= 4; }

/* A box's size and a brand of four printable letters. */
static bool is_mp4(dh_view v) {
    for (size_t i = 8; i < 12; i++)
        if (byte_at(v, i) < 0x20 || byte_at(v, i) > 0x7e) return false;
    return big32(v, 0) >= 8 && big32(v, 0) < 4096;
}

/* The first member's name tells documents that are kept as ZIP: it stands behind a header of 30 bytes. */
static bool is_epub(dh_view v) { return has_at(v, 30, DH_VIEW("mimetypeapplication/epub+zip")); }
static bool is_opendocument(dh_view v) { return has_at(v, 30, DH_VIEW("mimetypeapplication/vnd.oasis.opendocument")); }
static bool is_office(dh_view v) {
    static const dh_view names[] = {DH_LIT("[Content_Types].xml"), DH_LIT("_rels/.rels"), DH_LIT("word/"), DH_LIT("docProps/")};
    for (size_t i = 0; i < DH_COUNT(names); i++)
        if (has_at(v, 30, names[i])) return true;
    return false;
}

static bool is_heif(dh_view v) {
    static const dh_view brands[] = {DH_LIT("avif"), DH_LIT("heic"), DH_LIT("heix"), DH_LIT("mif1"), DH_LIT("avis")};
    for (size_t i = 0; i < DH_COUNT(brands); i++)
        if (has_at(v, 8, brands[i])) return big32(v, 0) < 4096;
    return false;
}

/* A version, and the end of the line: more than a sentence that begins with the magic would have. */
static bool is_pdf(dh_view v) {
    unsigned end = byte_at(v, 8);
    if (end == ' ') end = byte_at(v, 9);
    return byte_at(v, 5) >= '1' && byte_at(v, 5) <= '2' && byte_at(v, 6) == '.' && (end == '\r' || end == '\n' || end == '%');
}

static bool is_postscript(dh_view v) { return has_at(v, 4, DH_VIEW("-Adobe-")); }

/* In order: special kinds stand before those that they are a case of. */
static const binary_kind kinds[] = {
    {"a PDF document", 0, DH_LIT("%PDF-"), is_pdf},
    {"a PostScript document", 0, DH_LIT("%!PS"), is_postscript},
    {"a PNG image", 0, DH_LIT("\x89PNG\r\n\x1a\n"), NULL},
    {"a JPEG image", 0, DH_LIT("\xff\xd8\xff"), NULL},
    {"a GIF image", 0, DH_LIT("GIF8"), is_gif},
    {"a WebP image", 8, DH_LIT("WEBPVP8"), NULL},
    {"a TIFF image", 0, DH_LIT("II*\0"), NULL},
    {"a TIFF image", 0, DH_LIT("MM\0*"), NULL},
    {"an icon", 0, DH_LIT("\0\0\1\0"), is_ico},
    {"a BMP image", 0, DH_LIT("BM"), is_bmp},
    {"a JPEG XL image", 0, DH_LIT("\0\0\0\x0cJXL \r\n\x87\n"), NULL},
    {"a Photoshop image", 0, DH_LIT("8BPS\0\1\0\0"), NULL},
    {"an AVIF or HEIF image", 4, DH_LIT("ftyp"), is_heif},
    {"an MP3 recording", 0, DH_LIT("ID3"), is_id3},
    {"an MP3 recording", 0, DH_LIT("\xff"), is_mpeg_audio},
    {"an MP4 video", 4, DH_LIT("ftyp"), is_mp4},
    {"an Ogg recording", 0, DH_LIT("OggS\0"), NULL},
    {"a FLAC recording", 0, DH_LIT("fLaC\0\0\0\x22"), NULL},
    {"a Matroska or WebM video", 0, DH_LIT("\x1a\x45\xdf\xa3"), NULL},
    {"an AVI video", 8, DH_LIT("AVI LIST"), is_riff},
    {"a WAVE recording", 8, DH_LIT("WAVEfmt "), is_riff},
    {"a Flash video", 0, DH_LIT("FLV\1"), NULL},
    {"an EPUB book", 0, DH_LIT("PK\3\4"), is_epub},
    {"an OpenDocument file", 0, DH_LIT("PK\3\4"), is_opendocument},
    {"an Office document", 0, DH_LIT("PK\3\4"), is_office},
    {"a ZIP archive", 0, DH_LIT("PK\3\4"), NULL},
    {"a ZIP archive", 0, DH_LIT("PK\5\6\0\0\0\0"), NULL},
    {"a 7z archive", 0, DH_LIT("7z\xbc\xaf\x27\x1c"), NULL},
    {"a RAR archive", 0, DH_LIT("Rar!\x1a\x07"), NULL},
    {"a tar archive", 257, DH_LIT("ustar"), is_tar},
    {"gzip data", 0, DH_LIT("\x1f\x8b\x08"), NULL},
    {"xz data", 0, DH_LIT("\xfd" "7zXZ\0"), NULL},
    {"bzip2 data", 4, DH_LIT("1AY&SY"), NULL},
    {"zstd data", 0, DH_LIT("\x28\xb5\x2f\xfd"), NULL},
    {"an ELF executable", 0, DH_LIT("\x7f" "ELF"), NULL},
    {"a Windows executable", 0, DH_LIT("MZ"), is_pe},
    {"a Mach-O executable", 0, DH_LIT("\xfe\xed\xfa\xce"), NULL},
    {"a Mach-O executable", 0, DH_LIT("\xfe\xed\xfa\xcf"), NULL},
    {"a Mach-O executable", 0, DH_LIT("\xce\xfa\xed\xfe"), NULL},
    {"a Mach-O executable", 0, DH_LIT("\xcf\xfa\xed\xfe"), NULL},
    {"a Mach-O executable", 0, DH_LIT("\xca\xfe\xba\xbe"), is_fat_macho},
    {"a Java class", 0, DH_LIT("\xca\xfe\xba\xbe"), is_class},
    {"a WebAssembly module", 0, DH_LIT("\0asm\1\0\0\0"), NULL},
    {"an SQLite database", 0, DH_LIT("SQLite format 3\0"), NULL},
    {"a WOFF font", 0, DH_LIT("wOFF\0\1\0\0"), NULL},
    {"a WOFF font", 0, DH_LIT("wOFFOTTO"), NULL},
    {"a WOFF font", 0, DH_LIT("wOF2\0\1\0\0"), NULL},
    {"a WOFF font", 0, DH_LIT("wOF2OTTO"), NULL},
    {"a TrueType font", 0, DH_LIT("\0\1\0\0\0"), NULL},
    {"an OpenType font", 0, DH_LIT("OTTO\0"), NULL},
    {"an old Office document", 0, DH_LIT("\xd0\xcf\x11\xe0"), is_compound},
};

const char *in_binary_name(dh_view raw_head) {
    for (size_t i = 0; i < DH_COUNT(kinds); i++) {
        const binary_kind *k = &kinds[i];
        if (has_at(raw_head, k->offset, k->magic) && (!k->check || k->check(raw_head))) return k->name;
    }
    return NULL;
}
