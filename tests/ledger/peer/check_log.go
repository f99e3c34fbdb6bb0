// Checks a log on disk with Go's own transparency log library, golang.org/x/mod/sumdb: the code that reads Go's checksum
// database. None of it is ours but the reading of files.
//
//	check_log LOG VKEY KEY [CHECKPOINT or PROOF]...
//
// LOG is the folder with `checkpoint` and `tile/`, VKEY the verifier key's file, KEY the signer key's. Each further file is
// an older checkpoint, or a C2SP tlog-proof of one entry.
package main

import (
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

const height = 8

type folder string

func (f folder) Height() int { return height }

func (f folder) SaveTiles([]tlog.Tile, [][]byte) {}

// C2SP tlog-tiles leaves the height out of the path: tile/L/NNN for Go's tile/8/L/NNN.
func (f folder) ReadTiles(tiles []tlog.Tile) ([][]byte, error) {
	var read [][]byte
	for _, tile := range tiles {
		path := strings.Replace(tile.Path(), fmt.Sprintf("tile/%d/", height), "tile/", 1)
		data, err := os.ReadFile(filepath.Join(string(f), path))
		if err != nil {
			return nil, err
		}
		read = append(read, data)
	}
	return read, nil
}

// entry is leaf n of a log of this size, from its entry bundle.
func (f folder) entry(n, size int64) ([]byte, error) {
	bundle := tlog.Tile{H: height, L: 0, N: n >> height, W: 1 << height}
	if (bundle.N+1)<<height > size {
		bundle.W = int(size - bundle.N<<height)
	}
	path := strings.Replace(bundle.Path(), fmt.Sprintf("tile/%d/0/", height), "tile/entries/", 1)
	data, err := os.ReadFile(filepath.Join(string(f), path))
	for at := bundle.N << height; err == nil; at++ {
		length := 2 + int(binary.BigEndian.Uint16(data))
		if at == n {
			return data[2:length], nil
		}
		data = data[length:]
	}
	return nil, err
}

func checkpoint(text []byte, known note.Verifiers) (tlog.Tree, error) {
	opened, err := note.Open(text, known)
	if err != nil {
		return tlog.Tree{}, err
	}
	lines := strings.Split(opened.Text, "\n")
	if len(lines) != 4 || lines[3] != "" {
		return tlog.Tree{}, fmt.Errorf("a checkpoint of %d lines", len(lines)-1)
	}
	size, err := strconv.ParseInt(lines[1], 10, 64)
	if err != nil {
		return tlog.Tree{}, err
	}
	root, err := tlog.ParseHash(lines[2])
	return tlog.Tree{N: size, Hash: root}, err
}

// included checks a tlog-proof: its header, the index, the path, an empty line, and the checkpoint that it leads to.
func included(text string, log folder, size int64, known note.Verifiers) (string, error) {
	head, signed, _ := strings.Cut(text, "\n\n")
	tree, err := checkpoint([]byte(signed), known)
	if err != nil {
		return "", err
	}
	lines := strings.Split(head, "\n")
	index, err := strconv.ParseInt(strings.TrimPrefix(lines[1], "index "), 10, 64)
	if err != nil {
		return "", err
	}
	var path tlog.RecordProof
	for _, line := range lines[2:] {
		hash, err := tlog.ParseHash(line)
		if err != nil {
			return "", err
		}
		path = append(path, hash)
	}
	leaf, err := log.entry(index, size)
	if err != nil {
		return "", err
	}
	said := fmt.Sprintf("entry %d is in the tree of %d", index, tree.N)
	return said, tlog.CheckRecord(path, tree.N, tree.Hash, index, tlog.RecordHash(leaf))
}

// extends checks with proofs of Go's own making, from our tiles, that the log grew from the older head.
func extends(text []byte, now tlog.Tree, reader tlog.HashReader, known note.Verifiers) (string, error) {
	old, err := checkpoint(text, known)
	if err != nil {
		return "", err
	}
	proof, err := tlog.ProveTree(now.N, old.N, reader)
	if err != nil {
		return "", err
	}
	said := fmt.Sprintf("the tree of %d extends that of %d", now.N, old.N)
	return said, tlog.CheckTree(proof, now.N, now.Hash, old.N, old.Hash)
}

func run(log folder, vkey, key string, files []string) error {
	read := func(path string) string {
		data, err := os.ReadFile(path)
		must(err)
		return string(data)
	}
	verifier, err := note.NewVerifier(strings.TrimSpace(read(vkey)))
	must(err)
	known := note.VerifierList(verifier)

	published := read(filepath.Join(string(log), "checkpoint"))
	tree, err := checkpoint([]byte(published), known)
	if err != nil {
		return err
	}
	fmt.Printf("%s has signed a tree of %d with root %s\n", verifier.Name(), tree.N, tree.Hash)

	signer, err := note.NewSigner(strings.TrimSpace(read(key)))
	must(err)
	text, _, _ := strings.Cut(published, "\n\n")
	again, err := note.Sign(&note.Note{Text: text + "\n"}, signer)
	must(err)
	if string(again) != published {
		return fmt.Errorf("signed by Go the checkpoint has other bytes:\n%s", base64.StdEncoding.EncodeToString(again))
	}
	fmt.Println("signed by Go it has the same bytes")

	reader := tlog.TileHashReader(tree, log)
	root, err := tlog.TreeHash(tree.N, reader)
	if err != nil {
		return err
	}
	fmt.Printf("its tiles have the root %s\n", root)
	var places []int64
	for n := int64(0); n < tree.N; n++ {
		places = append(places, tlog.StoredHashIndex(0, n))
	}
	hashes, err := reader.ReadHashes(places)
	if err != nil {
		return err
	}
	for n := int64(0); n < tree.N; n++ {
		leaf, err := log.entry(n, tree.N)
		if err != nil {
			return err
		}
		if tlog.RecordHash(leaf) != hashes[n] {
			return fmt.Errorf("entry %d is not the one under the root", n)
		}
	}
	fmt.Printf("its %d entries stand under that root\n", tree.N)
	for _, file := range files {
		text := read(file)
		var said string
		if strings.HasPrefix(text, "c2sp.org/tlog-proof@v1\n") {
			said, err = included(text, log, tree.N, known)
		} else {
			said, err = extends([]byte(text), tree, reader, known)
		}
		if err != nil {
			return fmt.Errorf("%s: %w", filepath.Base(file), err)
		}
		fmt.Println(said)
	}
	return nil
}

func must(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(2)
	}
}

func main() {
	if err := run(folder(os.Args[1]), os.Args[2], os.Args[3], os.Args[4:]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
