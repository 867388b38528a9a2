/* What earlier documents of this thread taught the plain parser: names as they were written, with prefix, and what they
   stood for. A document of the same vocabulary takes each of its names in a few steps then. */
#ifndef WAYSTATION_CXML_KNOWN_NAMES_H
#define WAYSTATION_CXML_KNOWN_NAMES_H

#include "blocks.h"
#include "internal.h"

enum {
    spaces_kept = 8,
    space_bytes_max = 112,
    scopes_kept = 4,
    scope_bindings_max = 4,
    prefix_bytes_max = 44,
    names_kept = 512,
    /* A whole number of blocks; longer names are read byte by byte each time. */
    known_bytes = 48,
};

typedef struct {
    const char *text;
    uint32_t length;
} piece;

/* A name as it stands in a document that was found well-formed. */
typedef struct {
    uint64_t scope;    /* the declarations in force where `number` was found; 0: none */
    uint32_t number;
    uint32_t space_id; /* of the namespace in which the process's table has it; 0 when it has not */
    uint32_t version;  /* changes with the text */
    uint16_t next;     /* the name that came after it the last time */
    uint8_t length;
    uint8_t prefix_length;
    bool is_attribute; /* without prefix, it has no namespace then */
    char text[known_bytes];
} known_name;

/* What a prefix stands for; `space_id` is 0 for a namespace that is not kept. */
typedef struct {
    piece prefix;
    piece space;
    uint32_t space_id;
} binding;

/* Declarations that came together inside of others; the same ones make the same scope. */
typedef struct {
    uint64_t outer;
    uint64_t scope;
    uint32_t count;
    struct {
        uint32_t space_id;
        uint32_t prefix_length;
        char prefix[prefix_bytes_max];
    } bindings[scope_bindings_max];
} known_scope;

typedef struct {
    known_name names[names_kept];
    known_scope scopes[scopes_kept];
    struct {
        uint32_t id;
        uint32_t length;
        char text[space_bytes_max];
    } spaces[spaces_kept];
    uint32_t last_space_id;
    uint64_t last_scope; /* never used twice in a thread for different declarations */
} known_names;

static _Thread_local known_names known;

/* Nothing was declared yet. */
#define empty_scope UINT64_MAX

static inline uint64_t new_scope(void) {
    return ++known.last_scope;
}

/* How long the name is that begins here, if it is one: up to what may follow a name. 0: too long to be kept, or too
   near to the end of the document. */
static inline uint32_t known_name_length(const char *text, const char *end) {
    if (end - text < known_bytes) return 0;
    for (uint32_t i = 0; i < known_bytes; i += block_bytes) {
        block bytes = block_at(text + i);
        uint32_t ends = bits_of((bytes <= 0x20) | (bytes == '/') | (bytes == '=') | (bytes == '>'));
        if (ends != 0) return i + (uint32_t)__builtin_ctz(ends);
    }
    return 0;
}

/* Where a name of this text would be kept; as many bytes as a kept name has can be read. */
static inline known_name *known_name_place(const char *text, uint32_t length, bool is_attribute) {
    uint64_t first, second, last;
    memcpy(&first, text, 8);
    memcpy(&second, text + (length > 16 ? 8 : 0), 8);
    memcpy(&last, text + (length > 8 ? length - 8 : 0), 8);
    if (length < 8) first = second = last = first & ((1ull << 8 * length) - 1);
    uint64_t mixed = (first ^ (second << 1) ^ length) * 0x9E3779B97F4A7C15u;
    mixed = (mixed ^ (mixed >> 29) ^ last) * 0xC2B2AE3D27D4EB4Fu;
    return &known.names[((mixed >> 48) + is_attribute) % names_kept];
}

/* Whether it is the name that begins here, before its length is known. */
static inline bool is_next_name(const known_name *name, const char *text, const char *end, bool is_attribute) {
    if (end - text < known_bytes || name->length == 0 || name->is_attribute != is_attribute) return false;
    uint8_t after = (uint8_t)text[name->length];
    return (after <= 0x20 || after == '/' || after == '=' || after == '>')
        && same_blocks(name->text, text, name->length);
}

static inline bool is_known_name(const known_name *name, const char *text, uint32_t length, bool is_attribute) {
    return name->length == length && name->is_attribute == is_attribute
        && same_blocks(name->text, text, length);
}

static inline void keep_name(
    known_name *place, const char *text, uint32_t length, uint32_t prefix_length, bool is_attribute
) {
    place->version++;
    place->scope = 0;
    place->space_id = 0;
    place->length = (uint8_t)length;
    place->prefix_length = (uint8_t)prefix_length;
    place->is_attribute = is_attribute;
    memcpy(place->text, text, length);
}

/* The number of a namespace of earlier documents, 0 when it is not kept. */
static inline uint32_t known_space(const char *text, uint32_t length) {
    for (int i = 0; i < spaces_kept; i++)
        if (known.spaces[i].id != 0 && known.spaces[i].length == length
            && memcmp(known.spaces[i].text, text, length) == 0)
            return known.spaces[i].id;
    return 0;
}

/* Keeps a namespace under a new number; 0 when it cannot. */
static inline uint32_t keep_space(const char *text, uint32_t length) {
    if (length > space_bytes_max || known.last_space_id >= UINT32_MAX - 1) return 0;
    uint32_t id = ++known.last_space_id;
    int place = (int)(id % spaces_kept);
    known.spaces[place].id = id;
    known.spaces[place].length = length;
    memcpy(known.spaces[place].text, text, length);
    return id;
}

static inline bool is_scope(const known_scope *kept, uint64_t outer, const binding *bindings, uint32_t count) {
    if (kept->outer != outer || kept->count != count) return false;
    for (uint32_t i = 0; i < count; i++) {
        if (kept->bindings[i].space_id != bindings[i].space_id
            || kept->bindings[i].prefix_length != bindings[i].prefix.length
            || memcmp(kept->bindings[i].prefix, bindings[i].prefix.text, bindings[i].prefix.length) != 0)
            return false;
    }
    return true;
}

/* The number of the scope that these declarations open. */
static inline uint64_t scope_of(uint64_t outer, const binding *bindings, uint32_t count) {
    uint32_t mixed = count;
    for (uint32_t i = 0; i < count; i++) {
        if (bindings[i].space_id == 0 || count > scope_bindings_max) return new_scope();
        mixed = mixed * 31 + bindings[i].space_id;
    }
    known_scope *kept = &known.scopes[mixed % scopes_kept];
    if (is_scope(kept, outer, bindings, count)) return kept->scope;
    kept->outer = outer;
    kept->scope = new_scope();
    kept->count = count;
    for (uint32_t i = 0; i < count; i++) {
        kept->bindings[i].space_id = bindings[i].space_id;
        kept->bindings[i].prefix_length = bindings[i].prefix.length;
        memcpy(kept->bindings[i].prefix, bindings[i].prefix.text, bindings[i].prefix.length);
    }
    return kept->scope;
}

#endif
