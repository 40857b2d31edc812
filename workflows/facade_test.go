package workflows

import (
	"go/ast"
	"go/parser"
	"go/token"
	"testing"
)

// Dagger takes the arguments of a function from its own parameter list and nothing else, so the workflows' lists repeat one another. What
// one argument of several workflows is must be told in the same words, with the same default.
func TestWorkflowsTellOfAnArgumentInTheSameWords(t *testing.T) {
	own := map[string]bool{"modes": true, "CrossVersion workerImage": true} // what these mean is another thing in each
	type told struct{ by, text string }
	first := map[string]told{}
	functions := 0
	for _, file := range []string{"../mode_equivalence.go", "../cross_version.go", "../outage_recovery.go", "../golden.go"} {
		files := token.NewFileSet()
		parsed, err := parser.ParseFile(files, file, nil, parser.ParseComments)
		if err != nil {
			t.Fatal(err)
		}
		line := func(p token.Pos) int { return files.Position(p).Line }
		above := map[int]string{} // comments by the line under them; the parser gives parameters none
		for _, c := range parsed.Comments {
			above[line(c.End())+1] = c.Text()
		}
		for _, d := range parsed.Decls {
			f, ok := d.(*ast.FuncDecl)
			if !ok || !f.Name.IsExported() || len(f.Type.Params.List) < 2 {
				continue
			}
			functions++
			for _, p := range f.Type.Params.List[1:] {
				name, text := p.Names[0].Name, above[line(p.Pos())]
				if text == "" {
					t.Errorf("%s says nothing of %s", f.Name, name)
				}
				if own[name] || own[f.Name.Name+" "+name] {
					continue
				}
				if before, ok := first[name]; !ok {
					first[name] = told{f.Name.Name, text}
				} else if before.text != text {
					t.Errorf("of %s %s says\n%s%s says\n%s", name, before.by, before.text, f.Name, text)
				}
			}
		}
	}
	if functions != 5 {
		t.Errorf("%d workflows were read, want 5", functions)
	}
}
