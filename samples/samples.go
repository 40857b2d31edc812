// Package samples builds the git repository of dit's sample pipeline: a history that works, and refs with one bug each.
package samples

import (
	"embed"
	"io/fs"
	"time"
)

// The patterns name files, not folders: what tests and builds leave behind in the tree must not reach a commit.
//
//go:embed gaps/README.md gaps/pyproject.toml gaps/requirements.lock gaps/gaps/*.py gaps/tests/*.py gaps-refs/*.patch
var embedded embed.FS

// files gives the sample's tree and the folder of patches.
func files() (main, patches fs.FS) {
	main, err := fs.Sub(embedded, "gaps")
	if err != nil {
		panic(err) // the name is a constant
	}
	patches, err = fs.Sub(embedded, "gaps-refs")
	if err != nil {
		panic(err)
	}
	return main, patches
}

// BuildRepo makes a bare git repository in dir, which must be empty or missing, and gives the commit of each ref by its
// full name, such as refs/heads/main. The commits are the same on every machine, at any time.
func BuildRepo(dir string) (map[string]string, error) {
	main, patches := files()
	return build(dir, main, patches)
}

// author of every commit.
const (
	authorName  = "Sample Author"
	authorEmail = "sample@example.org"
)

// day is when the n-th commit was made.
func day(n int) time.Time { return time.Date(2024, 3, n, 9, 0, 0, 0, time.UTC) }
