package compare

import (
	"os"
	"reflect"
	"regexp"
	"strings"
	"testing"
	"time"
)

// TestDocumented checks that docs/compare.md names every member of the JSON.
func TestDocumented(t *testing.T) {
	text, err := os.ReadFile("../docs/compare.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range members(reflect.TypeFor[Result]()) {
		if !regexp.MustCompile("`([a-z]+\\.)?" + name + "`").Match(text) {
			t.Errorf("docs/compare.md does not say what %s is", name)
		}
	}
}

// members are the names of t's members in JSON, and of theirs.
func members(t reflect.Type) (names []string) {
	switch {
	case t.Kind() == reflect.Pointer, t.Kind() == reflect.Slice:
		return members(t.Elem())
	case t.Kind() == reflect.Struct && t != reflect.TypeFor[time.Time]():
		for _, f := range reflect.VisibleFields(t) {
			name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
			names = append(append(names, name), members(f.Type)...)
		}
	}
	return names
}
