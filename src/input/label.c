/* The labels of the Encoding Standard, and the charsets that they mean with the names that iconv has for them. How they
 * are decoded is decode.c's business. */
#include "charset.h"

/* What each is called, and what iconv is asked for. Where the standard means more than a name says, iconv's name is the
 * one that holds more: GB18030 for gbk, UHC for euc-kr, EUC-JP-MS with NEC's and IBM's characters for euc-jp. */
static const charset rows[CHARSET_COUNT] = {
    [UTF_8] = {{"UTF-8", "UTF-8"}, CHARSET_UTF8},
    [IBM866] = {{"IBM866", "IBM866"}, CHARSET_SINGLE},
    [ISO_8859_2] = {{"ISO-8859-2", "ISO-8859-2"}, CHARSET_SINGLE},
    [ISO_8859_3] = {{"ISO-8859-3", "ISO-8859-3"}, CHARSET_SINGLE},
    [ISO_8859_4] = {{"ISO-8859-4", "ISO-8859-4"}, CHARSET_SINGLE},
    [ISO_8859_5] = {{"ISO-8859-5", "ISO-8859-5"}, CHARSET_SINGLE},
    [ISO_8859_6] = {{"ISO-8859-6", "ISO-8859-6"}, CHARSET_SINGLE},
    [ISO_8859_7] = {{"ISO-8859-7", "ISO-8859-7"}, CHARSET_SINGLE},
    [ISO_8859_8] = {{"ISO-8859-8", "ISO-8859-8"}, CHARSET_SINGLE},
    [ISO_8859_8_I] = {{"ISO-8859-8-I", "ISO-8859-8"}, CHARSET_SINGLE},
    [ISO_8859_10] = {{"ISO-8859-10", "ISO-8859-10"}, CHARSET_SINGLE},
    [ISO_8859_13] = {{"ISO-8859-13", "ISO-8859-13"}, CHARSET_SINGLE},
    [ISO_8859_14] = {{"ISO-8859-14", "ISO-8859-14"}, CHARSET_SINGLE},
    [ISO_8859_15] = {{"ISO-8859-15", "ISO-8859-15"}, CHARSET_SINGLE},
    [ISO_8859_16] = {{"ISO-8859-16", "ISO-8859-16"}, CHARSET_SINGLE},
    [KOI8_R] = {{"KOI8-R", "KOI8-R"}, CHARSET_SINGLE},
    [KOI8_U] = {{"KOI8-U", "KOI8-U"}, CHARSET_SINGLE},
    [MACINTOSH] = {{"macintosh", "MACINTOSH"}, CHARSET_SINGLE},
    [WINDOWS_874] = {{"windows-874", "CP874"}, CHARSET_SINGLE},
    [WINDOWS_1250] = {{"windows-1250", "CP1250"}, CHARSET_SINGLE},
    [WINDOWS_1251] = {{"windows-1251", "CP1251"}, CHARSET_SINGLE},
    [WINDOWS_1252] = {{"windows-1252", "CP1252"}, CHARSET_SINGLE},
    [WINDOWS_1253] = {{"windows-1253", "CP1253"}, CHARSET_SINGLE},
    [WINDOWS_1254] = {{"windows-1254", "CP1254"}, CHARSET_SINGLE},
    [WINDOWS_1255] = {{"windows-1255", "CP1255"}, CHARSET_SINGLE},
    [WINDOWS_1256] = {{"windows-1256", "CP1256"}, CHARSET_SINGLE},
    [WINDOWS_1257] = {{"windows-1257", "CP1257"}, CHARSET_SINGLE},
    [WINDOWS_1258] = {{"windows-1258", "CP1258"}, CHARSET_SINGLE},
    [X_MAC_CYRILLIC] = {{"x-mac-cyrillic", "MAC-UK"}, CHARSET_SINGLE},
    [GBK] = {{"GBK", "GB18030"}, CHARSET_MULTI},
    [GB18030] = {{"gb18030", "GB18030"}, CHARSET_MULTI},
    [BIG5] = {{"Big5", "BIG5-HKSCS"}, CHARSET_MULTI},
    [EUC_JP] = {{"EUC-JP", "EUC-JP-MS"}, CHARSET_MULTI},
    [SHIFT_JIS] = {{"Shift_JIS", "CP932"}, CHARSET_MULTI},
    [EUC_KR] = {{"EUC-KR", "UHC"}, CHARSET_MULTI},
    [UTF_16BE] = {{"UTF-16BE", "UTF-16BE"}, CHARSET_UTF16BE},
    [UTF_16LE] = {{"UTF-16LE", "UTF-16LE"}, CHARSET_UTF16LE},
    [UTF_32BE] = {{"UTF-32BE", "UTF-32BE"}, CHARSET_UTF32BE},
    [UTF_32LE] = {{"UTF-32LE", "UTF-32LE"}, CHARSET_UTF32LE},
    [ISO_2022_JP] = {{"ISO-2022-JP", "EUC-JP-MS"}, CHARSET_SEVEN},
    /* The standard refuses the next three, as browsers could be tricked with them. They have no label here, but are
     * told by their escapes: no script runs in what dehusk prints. */
    [ISO_2022_KR] = {{"ISO-2022-KR", "UHC"}, CHARSET_SEVEN},
    [ISO_2022_CN] = {{"ISO-2022-CN", "GB18030"}, CHARSET_SEVEN},
    [HZ_GB_2312] = {{"HZ-GB-2312", "GB18030"}, CHARSET_SEVEN},
};

/* Sorted. The replacement labels are left out: they mean no charset. x-user-defined would make private use characters of
 * what are most often windows-1252 letters, as the standard itself has it for <meta>. */
static const struct {
    const char *label;
    charset_id id;
} labels[] = {
    {"866", IBM866}, {"ansi_x3.4-1968", WINDOWS_1252}, {"arabic", ISO_8859_6}, {"ascii", WINDOWS_1252},
    {"asmo-708", ISO_8859_6}, {"big5", BIG5}, {"big5-hkscs", BIG5}, {"chinese", GBK}, {"cn-big5", BIG5},
    {"cp1250", WINDOWS_1250}, {"cp1251", WINDOWS_1251}, {"cp1252", WINDOWS_1252}, {"cp1253", WINDOWS_1253},
    {"cp1254", WINDOWS_1254}, {"cp1255", WINDOWS_1255}, {"cp1256", WINDOWS_1256}, {"cp1257", WINDOWS_1257},
    {"cp1258", WINDOWS_1258}, {"cp819", WINDOWS_1252}, {"cp866", IBM866}, {"csbig5", BIG5}, {"cseuckr", EUC_KR},
    {"cseucpkdfmtjapanese", EUC_JP}, {"csgb2312", GBK}, {"csibm866", IBM866}, {"csiso2022jp", ISO_2022_JP},
    {"csiso58gb231280", GBK}, {"csiso88596e", ISO_8859_6}, {"csiso88596i", ISO_8859_6}, {"csiso88598e", ISO_8859_8},
    {"csiso88598i", ISO_8859_8_I}, {"csisolatin1", WINDOWS_1252}, {"csisolatin2", ISO_8859_2},
    {"csisolatin3", ISO_8859_3}, {"csisolatin4", ISO_8859_4}, {"csisolatin5", WINDOWS_1254},
    {"csisolatin6", ISO_8859_10}, {"csisolatin9", ISO_8859_15}, {"csisolatinarabic", ISO_8859_6},
    {"csisolatincyrillic", ISO_8859_5}, {"csisolatingreek", ISO_8859_7}, {"csisolatinhebrew", ISO_8859_8},
    {"cskoi8r", KOI8_R}, {"csksc56011987", EUC_KR}, {"csmacintosh", MACINTOSH}, {"csshiftjis", SHIFT_JIS},
    {"csunicode", UTF_16LE}, {"cyrillic", ISO_8859_5}, {"dos-874", WINDOWS_874}, {"ecma-114", ISO_8859_6},
    {"ecma-118", ISO_8859_7}, {"elot_928", ISO_8859_7}, {"euc-jp", EUC_JP}, {"euc-kr", EUC_KR}, {"gb18030", GB18030},
    {"gb2312", GBK}, {"gb_2312", GBK}, {"gb_2312-80", GBK}, {"gbk", GBK}, {"greek", ISO_8859_7},
    {"greek8", ISO_8859_7}, {"hebrew", ISO_8859_8}, {"ibm819", WINDOWS_1252}, {"ibm866", IBM866},
    {"iso-10646-ucs-2", UTF_16LE}, {"iso-2022-jp", ISO_2022_JP}, {"iso-8859-1", WINDOWS_1252},
    {"iso-8859-10", ISO_8859_10}, {"iso-8859-11", WINDOWS_874}, {"iso-8859-13", ISO_8859_13},
    {"iso-8859-14", ISO_8859_14}, {"iso-8859-15", ISO_8859_15}, {"iso-8859-16", ISO_8859_16},
    {"iso-8859-2", ISO_8859_2}, {"iso-8859-3", ISO_8859_3}, {"iso-8859-4", ISO_8859_4}, {"iso-8859-5", ISO_8859_5},
    {"iso-8859-6", ISO_8859_6}, {"iso-8859-6-e", ISO_8859_6}, {"iso-8859-6-i", ISO_8859_6},
    {"iso-8859-7", ISO_8859_7}, {"iso-8859-8", ISO_8859_8}, {"iso-8859-8-e", ISO_8859_8},
    {"iso-8859-8-i", ISO_8859_8_I}, {"iso-8859-9", WINDOWS_1254}, {"iso-ir-100", WINDOWS_1252},
    {"iso-ir-101", ISO_8859_2}, {"iso-ir-109", ISO_8859_3}, {"iso-ir-110", ISO_8859_4}, {"iso-ir-126", ISO_8859_7},
    {"iso-ir-127", ISO_8859_6}, {"iso-ir-138", ISO_8859_8}, {"iso-ir-144", ISO_8859_5}, {"iso-ir-148", WINDOWS_1254},
    {"iso-ir-149", EUC_KR}, {"iso-ir-157", ISO_8859_10}, {"iso-ir-58", GBK}, {"iso8859-1", WINDOWS_1252},
    {"iso8859-10", ISO_8859_10}, {"iso8859-11", WINDOWS_874}, {"iso8859-13", ISO_8859_13},
    {"iso8859-14", ISO_8859_14}, {"iso8859-15", ISO_8859_15}, {"iso8859-2", ISO_8859_2}, {"iso8859-3", ISO_8859_3},
    {"iso8859-4", ISO_8859_4}, {"iso8859-5", ISO_8859_5}, {"iso8859-6", ISO_8859_6}, {"iso8859-7", ISO_8859_7},
    {"iso8859-8", ISO_8859_8}, {"iso8859-9", WINDOWS_1254}, {"iso88591", WINDOWS_1252}, {"iso885910", ISO_8859_10},
    {"iso885911", WINDOWS_874}, {"iso885913", ISO_8859_13}, {"iso885914", ISO_8859_14}, {"iso885915", ISO_8859_15},
    {"iso88592", ISO_8859_2}, {"iso88593", ISO_8859_3}, {"iso88594", ISO_8859_4}, {"iso88595", ISO_8859_5},
    {"iso88596", ISO_8859_6}, {"iso88597", ISO_8859_7}, {"iso88598", ISO_8859_8}, {"iso88599", WINDOWS_1254},
    {"iso_8859-1", WINDOWS_1252}, {"iso_8859-15", ISO_8859_15}, {"iso_8859-1:1987", WINDOWS_1252},
    {"iso_8859-2", ISO_8859_2}, {"iso_8859-2:1987", ISO_8859_2}, {"iso_8859-3", ISO_8859_3},
    {"iso_8859-3:1988", ISO_8859_3}, {"iso_8859-4", ISO_8859_4}, {"iso_8859-4:1988", ISO_8859_4},
    {"iso_8859-5", ISO_8859_5}, {"iso_8859-5:1988", ISO_8859_5}, {"iso_8859-6", ISO_8859_6},
    {"iso_8859-6:1987", ISO_8859_6}, {"iso_8859-7", ISO_8859_7}, {"iso_8859-7:1987", ISO_8859_7},
    {"iso_8859-8", ISO_8859_8}, {"iso_8859-8:1988", ISO_8859_8}, {"iso_8859-9", WINDOWS_1254},
    {"iso_8859-9:1989", WINDOWS_1254}, {"koi", KOI8_R}, {"koi8", KOI8_R}, {"koi8-r", KOI8_R}, {"koi8-ru", KOI8_U},
    {"koi8-u", KOI8_U}, {"koi8_r", KOI8_R}, {"korean", EUC_KR}, {"ks_c_5601-1987", EUC_KR},
    {"ks_c_5601-1989", EUC_KR}, {"ksc5601", EUC_KR}, {"ksc_5601", EUC_KR}, {"l1", WINDOWS_1252}, {"l2", ISO_8859_2},
    {"l3", ISO_8859_3}, {"l4", ISO_8859_4}, {"l5", WINDOWS_1254}, {"l6", ISO_8859_10}, {"l9", ISO_8859_15},
    {"latin1", WINDOWS_1252}, {"latin2", ISO_8859_2}, {"latin3", ISO_8859_3}, {"latin4", ISO_8859_4},
    {"latin5", WINDOWS_1254}, {"latin6", ISO_8859_10}, {"logical", ISO_8859_8_I}, {"mac", MACINTOSH},
    {"macintosh", MACINTOSH}, {"ms932", SHIFT_JIS}, {"ms_kanji", SHIFT_JIS}, {"shift-jis", SHIFT_JIS},
    {"shift_jis", SHIFT_JIS}, {"sjis", SHIFT_JIS}, {"sun_eu_greek", ISO_8859_7}, {"tis-620", WINDOWS_874},
    {"ucs-2", UTF_16LE}, {"unicode", UTF_16LE}, {"unicode-1-1-utf-8", UTF_8}, {"unicode11utf8", UTF_8},
    {"unicode20utf8", UTF_8}, {"unicodefeff", UTF_16LE}, {"unicodefffe", UTF_16BE}, {"us-ascii", WINDOWS_1252},
    {"utf-16", UTF_16LE}, {"utf-16be", UTF_16BE}, {"utf-16le", UTF_16LE}, {"utf-32", UTF_32LE},
    {"utf-32be", UTF_32BE}, {"utf-32le", UTF_32LE}, {"utf-8", UTF_8}, {"utf8", UTF_8}, {"visual", ISO_8859_8},
    {"windows-1250", WINDOWS_1250}, {"windows-1251", WINDOWS_1251}, {"windows-1252", WINDOWS_1252},
    {"windows-1253", WINDOWS_1253}, {"windows-1254", WINDOWS_1254}, {"windows-1255", WINDOWS_1255},
    {"windows-1256", WINDOWS_1256}, {"windows-1257", WINDOWS_1257}, {"windows-1258", WINDOWS_1258},
    {"windows-31j", SHIFT_JIS}, {"windows-874", WINDOWS_874}, {"windows-949", EUC_KR}, {"x-cp1250", WINDOWS_1250},
    {"x-cp1251", WINDOWS_1251}, {"x-cp1252", WINDOWS_1252}, {"x-cp1253", WINDOWS_1253}, {"x-cp1254", WINDOWS_1254},
    {"x-cp1255", WINDOWS_1255}, {"x-cp1256", WINDOWS_1256}, {"x-cp1257", WINDOWS_1257}, {"x-cp1258", WINDOWS_1258},
    {"x-euc-jp", EUC_JP}, {"x-gbk", GBK}, {"x-mac-cyrillic", X_MAC_CYRILLIC}, {"x-mac-roman", MACINTOSH},
    {"x-mac-ukrainian", X_MAC_CYRILLIC}, {"x-sjis", SHIFT_JIS}, {"x-unicode20utf8", UTF_8},
    {"x-user-defined", WINDOWS_1252}, {"x-x-big5", BIG5},
};

const charset *charset_of(charset_id which) { return &rows[which]; }

const charset *charset_row(const in_charset *pub) { return (const charset *)pub; }

/* The label at i, compared with one that is folded. */
static int compare(size_t i, dh_view folded) {
    size_t len = strlen(labels[i].label); /* of the table above, ends in NUL */
    int order = memcmp(labels[i].label, folded.ptr, len < folded.len ? len : folded.len);
    return order ? order : (len > folded.len) - (len < folded.len);
}

const in_charset *in_charset_label(dh_view label) {
    char text[32];
    dh_view folded = view_trim(label);
    if (!folded.len || folded.len > sizeof text) return NULL;
    for (size_t i = 0; i < folded.len; i++) text[i] = ascii_lower(folded.ptr[i]);
    folded.ptr = text;
    size_t low = 0, high = DH_COUNT(labels);
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        int order = compare(middle, folded);
        if (!order) return &rows[labels[middle].id].pub;
        if (order < 0) low = middle + 1;
        else high = middle;
    }
    return NULL;
}

size_t charset_label_count(void) { return DH_COUNT(labels); }

const char *charset_label_at(size_t i) { return labels[i].label; }
