package gitref

import (
	"encoding/hex"
	"strings"

	"github.com/go-git/go-billy/v5"
	"github.com/go-git/go-billy/v5/osfs"
	"github.com/go-git/go-git/v5"
	"github.com/go-git/go-git/v5/plumbing"
	"github.com/go-git/go-git/v5/plumbing/cache"
	"github.com/go-git/go-git/v5/storage/filesystem"
	"github.com/go-git/go-git/v5/storage/filesystem/dotgit"
)

// prefixed is a storage that can look hashes up by their first bytes.
type prefixed interface {
	HashesWithPrefix(prefix []byte) ([]plumbing.Hash, error)
}

// abbreviated finds the commits whose hash begins with the text; none when it is not hexadecimal or too short.
func abbreviated(repo *git.Repository, text string) (map[string]plumbing.Hash, error) {
	if len(text) < fewestSHA || len(text) > fullSHA || !hexadecimal.MatchString(text) {
		return nil, nil
	}
	text = strings.ToLower(text)
	prefix, err := hex.DecodeString(text[:len(text)/2*2]) // an odd digit is left for below
	if err != nil {
		return nil, err
	}
	var hashes []plumbing.Hash
	if storage, ok := repo.Storer.(prefixed); ok && len(text) < fullSHA {
		for _, storage := range append([]prefixed{storage}, lenders(repo)...) {
			some, err := storage.HashesWithPrefix(prefix)
			if err != nil {
				return nil, err
			}
			hashes = append(hashes, some...)
		}
	} else {
		hashes = []plumbing.Hash{plumbing.NewHash(text)}
	}
	found := map[string]plumbing.Hash{}
	for _, hash := range hashes {
		if _, err := repo.CommitObject(hash); err == nil && strings.HasPrefix(hash.String(), text) {
			found[hash.String()] = hash
		}
	}
	return found, nil
}

// lenders are the repositories whose objects this one uses, as after git clone --shared; go-git looks there for whole hashes only.
func lenders(repo *git.Repository) (all []prefixed) {
	storage, ok := repo.Storer.(interface{ Filesystem() billy.Filesystem })
	if !ok {
		return nil
	}
	// One that cannot be found lends nothing, as with git.
	dirs, _ := dotgit.NewWithOptions(storage.Filesystem(), dotgit.Options{AlternatesFS: osfs.New("/")}).Alternates()
	for _, dir := range dirs {
		all = append(all, filesystem.NewObjectStorage(dir, cache.NewObjectLRUDefault()))
	}
	return all
}
