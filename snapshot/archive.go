package snapshot

import (
	"bytes"
	"slices"
)

const sniffed = 512 // bytes by which a compressed file is known

// compressed are the first bytes of formats whose content is compressed.
var compressed = []string{
	"\x1f\x8b",                             // gzip
	"PK\x03\x04",                           // zip, and all that is made of it
	"BZh",                                  // bzip2
	"\xfd7zXZ\x00",                         // xz
	"\x28\xb5\x2f\xfd",                     // zstd
	"7z\xbc\xaf\x27\x1c",                   // 7z
	"Rar!\x1a\x07",                         // rar
	"\x04\x22\x4d\x18", "\x02\x21\x4c\x18", // lz4
	"PAR1", // parquet
}

// deflated are the first bytes of zlib, which text may have too.
var deflated = []string{"x\x01", "x\x5e", "x\x9c", "x\xda"}

// archived says by the start of a content whether secrets in it cannot be seen, since it is compressed.
func archived(start []byte) bool {
	begins := func(magic string) bool { return bytes.HasPrefix(start, []byte(magic)) }
	return slices.ContainsFunc(compressed, begins) || slices.ContainsFunc(deflated, begins) && looksBinary(start)
}
