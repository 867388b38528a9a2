/* Other encodings to UTF-8. The common ones are written out, so that they work where the C library's
   converters are not installed. */
#include "internal.h"

#include <errno.h>
#include <iconv.h>
#include <stdlib.h>
#include <string.h>

static char *put_character(char *out, uint32_t c) {
    if (c < 0x80) {
        *out++ = (char)c;
    } else if (c < 0x800) {
        *out++ = (char)(0xC0 | (c >> 6));
        *out++ = (char)(0x80 | (c & 0x3F));
    } else if (c < 0x10000) {
        *out++ = (char)(0xE0 | (c >> 12));
        *out++ = (char)(0x80 | ((c >> 6) & 0x3F));
        *out++ = (char)(0x80 | (c & 0x3F));
    } else {
        *out++ = (char)(0xF0 | (c >> 18));
        *out++ = (char)(0x80 | ((c >> 12) & 0x3F));
        *out++ = (char)(0x80 | ((c >> 6) & 0x3F));
        *out++ = (char)(0x80 | (c & 0x3F));
    }
    return out;
}

/* Fails with the position that the text converted so far has reached. */
static bool fail_after(char *text, const char *end, cxml_code code, const char *message, cxml_error *error) {
    uint32_t line, column;
    size_t length = (size_t)(end - text);
    cxml_position(text, length, length, &line, &column);
    free(text);
    cxml_fail(error, code, message, line, column);
    return false;
}

static bool fail_memory(cxml_error *error) {
    cxml_fail(error, cxml_code_no_memory, "no memory to convert the document", 0, 0);
    return false;
}

bool cxml_convert_utf16(
    const unsigned char *bytes, size_t count, bool big_endian, cxml_utf8 *result, cxml_error *error
) {
    char *text = malloc(count / 2 * 3 + 4);
    if (text == NULL) return fail_memory(error);
    char *out = text;
    int high = big_endian ? 0 : 1, low = 1 - high;
    size_t i = 0;
    for (; i + 1 < count; i += 2) {
        uint32_t c = (uint32_t)bytes[i + (size_t)high] << 8 | bytes[i + (size_t)low];
        if (c == 0)
            return fail_after(
                text, out, cxml_code_not_xml, "a NUL character, which no XML document holds", error
            );
        if (c >= 0xDC00 && c <= 0xDFFF) {
            return fail_after(text, out, cxml_code_encoding, "half of a UTF-16 surrogate pair", error);
        }
        if (c >= 0xD800 && c <= 0xDBFF) {
            if (i + 3 >= count) {
                return fail_after(
                    text, out, cxml_code_cut_off, "the document ends inside a character", error
                );
            }
            uint32_t second = (uint32_t)bytes[i + 2 + (size_t)high] << 8 | bytes[i + 2 + (size_t)low];
            if (second < 0xDC00 || second > 0xDFFF) {
                return fail_after(text, out, cxml_code_encoding, "half of a UTF-16 surrogate pair", error);
            }
            c = 0x10000 + ((c - 0xD800) << 10) + (second - 0xDC00);
            i += 2;
        }
        out = put_character(out, c);
    }
    if (i < count)
        return fail_after(text, out, cxml_code_cut_off, "the document ends inside a character", error);
    *result = (cxml_utf8){text, (size_t)(out - text), text};
    return true;
}

/* What windows-1252 puts where ISO-8859-1 has control characters; 0 where it has nothing. */
static const uint16_t windows_1252[32] = {
    0x20AC, 0,      0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021, 0x02C6, 0x2030, 0x0160,
    0x2039, 0x0152, 0,      0x017D, 0,      0,      0x2018, 0x2019, 0x201C, 0x201D, 0x2022,
    0x2013, 0x2014, 0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0,      0x017E, 0x0178,
};

static bool convert_western(
    const unsigned char *bytes, size_t count, bool windows, cxml_utf8 *result, cxml_error *error
) {
    char *text = malloc(count * 3 + 1);
    if (text == NULL) return fail_memory(error);
    char *out = text;
    for (size_t i = 0; i < count; i++) {
        uint32_t c = bytes[i];
        if (windows && c >= 0x80 && c < 0xA0) {
            c = windows_1252[c - 0x80];
            if (c == 0)
                return fail_after(
                    text, out, cxml_code_encoding, "a byte that windows-1252 does not use", error
                );
        }
        out = put_character(out, c);
    }
    *result = (cxml_utf8){text, (size_t)(out - text), text};
    return true;
}

/* ISO-8859-1 to -16 and windows-1250 to -1258: single bytes above ASCII. Others (UTF-7, shift encodings)
   could hide markup. */
static bool is_single_byte_name(const char *name) {
    const char *number = NULL;
    long first = 1, last = 16;
    if (strncmp(name, "ISO-8859-", 9) == 0) {
        number = name + 9;
    } else if (strncmp(name, "WINDOWS-", 8) == 0) {
        number = name + 8;
        first = 1250;
        last = 1258;
    }
    if (number == NULL || *number < '1' || *number > '9') return false;
    char *end = NULL;
    long value = strtol(number, &end, 10);
    return *end == 0 && value >= first && value <= last;
}

static bool convert_by_library(
    const unsigned char *bytes, size_t count, const char *name, cxml_utf8 *result, cxml_error *error
) {
    /* Every C library knows "CP1250", not every one "WINDOWS-1250". */
    char code_page[] = "CP125x";
    bool windows = strncmp(name, "WINDOWS-", 8) == 0;
    if (windows) code_page[5] = name[11];
    iconv_t converter = iconv_open("UTF-8", windows ? code_page : name);
    if (converter == (iconv_t)-1) {
        cxml_fail(error, cxml_code_encoding, "this machine has no converter for the declared encoding", 1, 1);
        return false;
    }
    size_t room = count * 3 + 1, left = count;
    char *text = malloc(room);
    char *in = (char *)(uintptr_t)bytes, *out = text;
    size_t converted = text == NULL ? 0 : iconv(converter, &in, &left, &out, &room);
    iconv_close(converter);
    if (text == NULL) return fail_memory(error);
    if (converted == (size_t)-1) {
        return fail_after(
            text, out, cxml_code_encoding, "a byte that the declared encoding does not use", error
        );
    }
    *result = (cxml_utf8){text, (size_t)(out - text), text};
    return true;
}

bool cxml_convert_single_byte(
    const unsigned char *bytes, size_t count, const char *name, cxml_utf8 *result, cxml_error *error
) {
    if (strcmp(name, "ISO-8859-1") == 0 || strcmp(name, "LATIN1") == 0 || strcmp(name, "ISO8859-1") == 0) {
        return convert_western(bytes, count, false, result, error);
    }
    if (strcmp(name, "WINDOWS-1252") == 0 || strcmp(name, "CP1252") == 0) {
        return convert_western(bytes, count, true, result, error);
    }
    if (is_single_byte_name(name)) return convert_by_library(bytes, count, name, result, error);
    cxml_fail(error, cxml_code_encoding, "the declared encoding is not one that is read", 1, 1);
    return false;
}
