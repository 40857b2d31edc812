package samples

import (
	"bytes"
	"fmt"
	"maps"

	"github.com/bluekeyes/go-gitdiff/gitdiff"
)

// apply applies a git patch to a tree, strictly: every line of context must be where the patch says.
func apply(t tree, patch []byte) (tree, string, error) {
	changes, preamble, err := gitdiff.Parse(bytes.NewReader(patch))
	if err != nil {
		return nil, "", err
	}
	out := maps.Clone(t)
	for _, c := range changes {
		if c.IsNew || c.IsDelete || c.IsRename || c.IsCopy || c.OldMode != c.NewMode && c.NewMode != 0 {
			return nil, "", fmt.Errorf("%s: only changes of content are supported", c.NewName)
		}
		old, ok := t[c.OldName]
		if !ok {
			return nil, "", fmt.Errorf("%s does not exist", c.OldName)
		}
		var changed bytes.Buffer
		if err := gitdiff.Apply(&changed, bytes.NewReader(old), c); err != nil {
			return nil, "", fmt.Errorf("%s: %w", c.OldName, err)
		}
		out[c.NewName] = changed.Bytes()
	}
	return out, preamble, nil
}
