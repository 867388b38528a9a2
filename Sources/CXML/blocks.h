/* Sixteen bytes at a time, in vectors that the compiler makes the processor's own of. */
#ifndef WAYSTATION_CXML_BLOCKS_H
#define WAYSTATION_CXML_BLOCKS_H

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#define always_inline inline __attribute__((always_inline))

enum { block_bytes = 16 };

typedef uint8_t block __attribute__((ext_vector_type(16)));
typedef char block_marks __attribute__((ext_vector_type(16)));
typedef bool block_bits __attribute__((ext_vector_type(16)));

/* The first byte is the lowest bit. */
_Static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__, "the order of bits follows that of bytes");

static inline block block_at(const char *text) {
    block bytes;
    memcpy(&bytes, text, sizeof(bytes));
    return bytes;
}

/* A bit for each byte that is marked. */
static inline uint32_t bits_of(block_marks marks) {
    block_bits bits = __builtin_convertvector(marks, block_bits);
    uint16_t result;
    memcpy(&result, &bits, sizeof(result));
    return result;
}

/* Whether both begin with the same bytes; either can be read up to a whole number of blocks. */
static inline bool same_blocks(const char *left, const char *right, uint32_t length) {
    for (; length > block_bytes; length -= block_bytes, left += block_bytes, right += block_bytes)
        if (bits_of(block_at(left) != block_at(right)) != 0) return false;
    uint32_t different = bits_of(block_at(left) != block_at(right));
    return (different & ((1u << length) - 1)) == 0;
}

#endif
