package audit

import (
	"encoding/json"
	"os"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/GlobalFishingWatch/dit/bq"
)

// docs/registry.md names every member of the JSON in the section about it.
func TestDocumented(t *testing.T) {
	text, err := os.ReadFile("../../docs/registry.md")
	if err != nil {
		t.Fatal(err)
	}
	for title, documented := range map[string]reflect.Type{"Lists": reflect.TypeFor[Entry](), "Manifest": reflect.TypeFor[Manifest](), "OpenLineage": reflect.TypeFor[ComparisonFacet]()} {
		_, section, ok := strings.Cut(string(text), "\n## "+title+"\n")
		section, _, _ = strings.Cut(section, "\n## ")
		if !ok {
			t.Errorf("docs/registry.md has no section %s", title)
		}
		for _, name := range members(documented, title != "OpenLineage") {
			if !strings.HasPrefix(name, "_") && !strings.Contains(section, "`"+name+"`") {
				t.Errorf("docs/registry.md, %s, does not say what %s is", title, name)
			}
		}
	}
}

// members are the names of t's members in JSON and, if deep, of theirs; what compare and bq define is documented with them.
func members(t reflect.Type, deep bool) (names []string) {
	switch t.Kind() {
	case reflect.Pointer, reflect.Slice, reflect.Map:
		return members(t.Elem(), deep)
	case reflect.Struct:
	default:
		return nil
	}
	if t == reflect.TypeFor[time.Time]() || t == reflect.TypeFor[json.RawMessage]() || t == reflect.TypeFor[bq.Version]() || t == reflect.TypeFor[bq.Table]() {
		return nil
	}
	for _, f := range reflect.VisibleFields(t) {
		if f.Anonymous {
			continue
		}
		name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
		names = append(names, name)
		if deep {
			names = append(names, members(f.Type, deep)...)
		}
	}
	return names
}
