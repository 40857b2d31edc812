package samples

import (
	"fmt"
	"io/fs"
	"maps"
	"path"
	"strings"
)

// splitTest is what the last commit of main adds. The branches leave main before it.
const splitTest = "tests/test_splits.py"

// coreFiles are what the first commit holds: the rule, without BigQuery, Beam or a command line.
var coreFiles = []string{"pyproject.toml", "gaps/__init__.py", "gaps/run.py", "gaps/track.py", "gaps/gap.py", "tests/conftest.py", "tests/test_track.py"}

// branches leave main before its last commit.
var branches = []string{"day-boundary-bug", "nondeterministic", "schema-drift", "crash", "refactored"}

// build writes the history. Trees are made backwards, from main's tip, because that is the one that people edit; commits
// are made forwards.
func build(dir string, main, patches fs.FS) (map[string]string, error) {
	tip, err := readTree(main)
	if err != nil {
		return nil, err
	}
	base := maps.Clone(tip)
	delete(base, splitTest)
	second, secondMessage, err := patched(base, patches, "v0.2.0")
	if err != nil {
		return nil, err
	}
	first, firstMessage, err := patched(second, patches, "v0.1.0")
	if err != nil {
		return nil, err
	}
	core := tree{}
	for _, name := range coreFiles {
		core[name] = first[name]
	}

	w, err := newWriter(dir)
	if err != nil {
		return nil, err
	}
	c := w.commit("", core, "Tell the gaps in a track\n\nA gap opens when a vessel has been silent for long enough, and closes with its next position.\n")
	c = w.commit(c, first, firstMessage)
	w.ref("refs/tags/v0.1.0", c)
	c = w.commit(c, second, secondMessage)
	w.ref("refs/tags/v0.2.0", c)
	fork := w.commit(c, base, "Say which receivers heard the vessel at the ends of a gap\n")
	w.ref("refs/heads/main", w.commit(fork, tip, "Test that it does not matter how a period is cut into runs\n\nRandom tracks, random cuts, and the patterns in which the pipeline is triggered.\n"))
	for _, branch := range branches {
		t, message, err := patched(base, patches, branch)
		if err != nil {
			return nil, err
		}
		w.ref("refs/heads/"+branch, w.commit(fork, t, message))
	}
	return w.refs, w.err
}

// tree is the content of files by path.
type tree map[string][]byte

func readTree(source fs.FS) (tree, error) {
	t := tree{}
	err := fs.WalkDir(source, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		t[name], err = fs.ReadFile(source, name)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("read the sample pipeline: %w", err)
	}
	for _, name := range append([]string{splitTest}, coreFiles...) {
		if t[name] == nil {
			return nil, fmt.Errorf("the sample pipeline has no %s, which its history needs", name)
		}
	}
	return t, nil
}

// patched applies a patch of ours to a tree, which stays as it is, and gives the commit message that leads the patch.
func patched(t tree, patches fs.FS, name string) (tree, string, error) {
	text, err := fs.ReadFile(patches, path.Clean(name)+".patch")
	if err != nil {
		return nil, "", fmt.Errorf("read the patch of %s: %w", name, err)
	}
	out, message, err := apply(t, text)
	if err != nil {
		return nil, "", fmt.Errorf("apply samples/gaps-refs/%s.patch: %w; make the patch anew, the files under samples/gaps have changed", name, err)
	}
	return out, strings.TrimSpace(message) + "\n", nil
}
