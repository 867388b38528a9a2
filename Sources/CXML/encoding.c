/* Finds out a document's encoding and gives it as checked UTF-8, so that the parser never guesses and every
   position counts the same characters. An encoding that contradicts its declaration is refused: guessing
   would spoil names silently. */
#include "blocks.h"
#include "internal.h"

#include <string.h>
#include <strings.h>

enum { declaration_bytes_max = 1024, encoding_name_max = 40 };

/* The length of the valid UTF-8 character without NUL at `p`, 0 when invalid, -1 when the text ends inside
   it. */
static int character_length(const unsigned char *p, size_t left) {
    unsigned char first = p[0];
    if (first != 0 && first < 0x80) return 1;
    int length = first >= 0xC2 && first <= 0xDF ? 2
        : first >= 0xE0 && first <= 0xEF        ? 3
        : first >= 0xF0 && first <= 0xF4        ? 4
                                                : 0;
    if (length == 0) return 0;
    for (int i = 1; i < length; i++) {
        if ((size_t)i >= left) return -1;
        if ((p[i] & 0xC0) != 0x80) return 0;
    }
    if (first == 0xE0 && p[1] < 0xA0) return 0; /* overlong */
    if (first == 0xED && p[1] > 0x9F) return 0; /* surrogate */
    if (first == 0xF0 && p[1] < 0x90) return 0; /* overlong */
    if (first == 0xF4 && p[1] > 0x8F) return 0; /* beyond U+10FFFF */
    return length;
}

/* Whether there is neither NUL nor anything beyond ASCII in four blocks: 0 becomes 0xFF, what is beyond stays so. */
static bool are_ascii(const char *text) {
    block any = {0};
    for (int i = 0; i < 4; i++) {
        block bytes = block_at(text + i * block_bytes);
        any |= bytes | (bytes - 1);
    }
    return bits_of(any >= 0x80) == 0;
}

static bool check_utf8(const char *text, size_t length, cxml_error *error) {
    const unsigned char *p = (const unsigned char *)text;
    size_t i = 0;
    while (i < length) {
        while (length - i >= 4 * block_bytes && are_ascii(text + i)) i += 4 * block_bytes;
        while (length - i >= block_bytes) {
            block bytes = block_at(text + i);
            if (bits_of((bytes >= 0x80) | (bytes == 0)) != 0) break;
            i += block_bytes;
        }
        if (i == length) break;
        int step = character_length(p + i, length - i);
        if (step > 0) {
            i += (size_t)step;
            continue;
        }
        uint32_t line, column;
        cxml_position(text, length, i, &line, &column);
        if (step < 0)
            cxml_fail(error, cxml_code_cut_off, "the document ends inside a character", line, column);
        else if (p[i] == 0)
            cxml_fail(error, cxml_code_not_xml, "a NUL byte, which no XML document holds", line, column);
        else cxml_fail(error, cxml_code_encoding, "bytes that are not valid UTF-8", line, column);
        return false;
    }
    return true;
}

static bool is_space(unsigned char c) {
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

/* The encoding that an XML declaration names, in capitals, or an empty string. */
static void declared_encoding(const char *text, size_t length, char name[encoding_name_max + 1]) {
    name[0] = 0;
    if (length < 6 || memcmp(text, "<?xml", 5) != 0 || !is_space((unsigned char)text[5])) return;
    size_t limit = length < declaration_bytes_max ? length : declaration_bytes_max;
    const char *close = memchr(text, '>', limit);
    const char *end = close != NULL ? close : text + limit;
    for (const char *p = text + 5; p + 10 < end; p++) {
        if (!is_space((unsigned char)*p) || memcmp(p + 1, "encoding", 8) != 0) continue;
        p += 9;
        while (p < end && is_space((unsigned char)*p)) p++;
        if (p == end || *p != '=') return;
        p++;
        while (p < end && is_space((unsigned char)*p)) p++;
        if (p == end || (*p != '"' && *p != '\'')) return;
        const char *stop = memchr(p + 1, *p, (size_t)(end - p - 1));
        if (stop == NULL) return;
        size_t count = (size_t)(stop - p - 1);
        if (count > encoding_name_max) count = encoding_name_max;
        for (size_t i = 0; i < count; i++) {
            char c = p[1 + i];
            name[i] = c >= 'a' && c <= 'z' ? (char)(c - 'a' + 'A') : c;
        }
        name[count] = 0;
        return;
    }
}

static bool is_one_of(const char *name, const char *const *names) {
    for (; *names != NULL; names++) {
        if (strcmp(name, *names) == 0) return true;
    }
    return false;
}

static const char *const utf16_names[] = {"UTF-16", "UTF-16LE", "UTF-16BE", "UTF16", "UNICODE", NULL};

static bool prepare_utf16(
    const unsigned char *bytes, size_t count, bool big_endian, cxml_utf8 *result, cxml_error *error
) {
    if (!cxml_convert_utf16(bytes, count, big_endian, result, error)) return false;
    char name[encoding_name_max + 1];
    declared_encoding(result->text, result->length, name);
    if (name[0] == 0 || is_one_of(name, utf16_names)) return true;
    cxml_fail(
        error, cxml_code_encoding, "the declaration names another encoding than the UTF-16 of the bytes", 1, 1
    );
    return false;
}

/* Documents whose characters are single bytes or UTF-8. */
static bool prepare_bytes(
    const unsigned char *bytes, size_t count, bool marked_utf8, cxml_utf8 *result, cxml_error *error
) {
    static const char *const utf8_names[] = {"", "UTF-8", "UTF8", NULL};
    static const char *const ascii_names[] = {"US-ASCII", "ASCII", NULL};
    const char *text = (const char *)bytes;
    char name[encoding_name_max + 1];
    declared_encoding(text, count, name);
    if (is_one_of(name, utf8_names)) {
        *result = (cxml_utf8){text, count, NULL};
        return check_utf8(text, count, error);
    }
    if (is_one_of(name, utf16_names)) {
        cxml_fail(
            error, cxml_code_encoding, "the declaration names UTF-16, but the bytes are not UTF-16", 1, 1
        );
        return false;
    }
    if (marked_utf8) {
        cxml_fail(
            error, cxml_code_encoding,
            "the declaration names another encoding than the UTF-8 byte order mark", 1, 1
        );
        return false;
    }
    if (is_one_of(name, ascii_names)) {
        for (size_t i = 0; i < count; i++) {
            if (bytes[i] < 0x80) continue;
            uint32_t line, column;
            cxml_position(text, count, i, &line, &column);
            cxml_fail(
                error, cxml_code_encoding, "a byte beyond ASCII, which the declaration promises", line, column
            );
            return false;
        }
        *result = (cxml_utf8){text, count, NULL};
        return check_utf8(text, count, error);
    }
    if (!cxml_convert_single_byte(bytes, count, name, result, error)) return false;
    return check_utf8(result->text, result->length, error);
}

bool cxml_utf8_prepare(
    const void *bytes, size_t count, const cxml_limits *limits, cxml_utf8 *result, cxml_error *error
) {
    const unsigned char *p = bytes;
    *result = (cxml_utf8){"", 0, NULL};
    if (count > limits->document_bytes_max || count > INT32_MAX / 4) {
        cxml_fail(error, cxml_code_too_large, "the document is larger than the limit", 0, 0);
        return false;
    }
    size_t blank = 0;
    while (blank < count && is_space(p[blank])) blank++;
    if (blank == count) {
        cxml_fail(error, cxml_code_empty, "the document is empty", 1, 1);
        return false;
    }
    if (count >= 4) {
        bool utf32 = (p[0] == 0 && p[1] == 0 && (p[2] == 0xFE || p[3] == '<'))
            || (p[1] == (p[0] == 0xFF ? 0xFE : 0) && (p[0] == 0xFF || p[0] == '<') && p[2] == 0 && p[3] == 0);
        if (utf32 || memcmp(p, "\x4C\x6F\xA7\x94", 4) == 0) {
            cxml_fail(error, cxml_code_encoding, "UTF-32 and EBCDIC are not read", 1, 1);
            return false;
        }
    }
    if (count >= 2) {
        if (p[0] == 0xFF && p[1] == 0xFE) return prepare_utf16(p + 2, count - 2, false, result, error);
        if (p[0] == 0xFE && p[1] == 0xFF) return prepare_utf16(p + 2, count - 2, true, result, error);
        if (p[0] == '<' && p[1] == 0) return prepare_utf16(p, count, false, result, error);
        if (p[0] == 0 && p[1] == '<') return prepare_utf16(p, count, true, result, error);
    }
    bool marked = count >= 3 && memcmp(p, "\xEF\xBB\xBF", 3) == 0;
    size_t skipped = marked ? 3 : 0;
    return prepare_bytes(p + skipped, count - skipped, marked, result, error);
}

void cxml_position(const char *text, size_t length, size_t offset, uint32_t *line, uint32_t *column) {
    if (offset > length) offset = length;
    *line = 1;
    *column = 1;
    for (size_t i = 0; i < offset; i++) {
        unsigned char c = (unsigned char)text[i];
        if (c == '\n') {
            *line += 1;
            *column = 1;
        } else if ((c & 0xC0) != 0x80 && c != '\r') {
            *column += 1;
        }
    }
}
