package steps

import (
	"fmt"
	"strings"

	"github.com/cloudspannerecosystem/memefish"
	"github.com/cloudspannerecosystem/memefish/token"

	"github.com/GlobalFishingWatch/dit/bq"
)

// mention is how one knows of an object that it may be a table or view.
type mention int

const (
	// perhaps is what may as well be the column of a table.
	perhaps mention = iota
	// placed is what stands where tables do; it may be an array of another table.
	placed
	// told is a table that the service lists.
	told
)

// named are the objects that the definition of a view in that project may name, of which there are more than the service lists: it does
// not list views, only what these read. The error says that the definition cannot be read.
func named(definition, project string) (map[bq.Table]mention, error) {
	tokens, err := lex(definition)
	if err != nil {
		return nil, err
	}
	found := map[bq.Table]mention{}
	from := []bool{false} // whether the innermost parentheses are in a FROM clause, after the same of those around them
	table := false        // whether a table may come next
	for i := 0; i < len(tokens); {
		t := tokens[i]
		word := strings.ToUpper(t.Raw)
		switch {
		case t.Kind == "(":
			from = append(from, table)
		case t.Kind == ")" && len(from) > 1:
			from, table = from[:len(from)-1], false
		case word == "FROM" || word == "JOIN":
			from[len(from)-1], table = true, true
		case word == "TABLE" && (i+1 == len(tokens) || tokens[i+1].Kind != "."): // an argument of a function
			table = true
		case afterFrom[word]:
			from[len(from)-1], table = false, false
		case t.Kind == ",":
			table = from[len(from)-1]
		case isName(t):
			text, n := dotted(tokens[i:])
			names := tablesOf(text, project)
			if table && len(names) == 0 && strings.ContainsAny(text, ".:") {
				return nil, fmt.Errorf("it reads %q, which is no name of a table", text)
			}
			for i, name := range names {
				how := perhaps
				if table && i == 0 {
					how = placed
				}
				found[name] = max(found[name], how)
			}
			table = false
			i += n
			continue
		default:
			table = false
		}
		i++
	}
	return found, nil
}

// afterFrom are the words, all of them reserved, with which a clause begins that names no tables but in parentheses with a FROM of their own.
var afterFrom = map[string]bool{"SELECT": true, "WHERE": true, "GROUP": true, "HAVING": true, "QUALIFY": true, "WINDOW": true, "ORDER": true, "LIMIT": true}

// tablesOf are the tables that a path of names may begin with, the likeliest first: the rest are columns.
func tablesOf(path, project string) (tables []bq.Table) {
	parts := strings.Split(path, ".")
	var names []string
	switch {
	case strings.Contains(path, ":"): // a project with a domain
		names = []string{path}
	case len(parts) > 2:
		names = []string{strings.Join(parts[:3], "."), project + "." + strings.Join(parts[:2], ".")}
	case len(parts) == 2:
		names = []string{project + "." + path}
	}
	for _, name := range names {
		if t, err := bq.ParseTable(name); err == nil {
			tables = append(tables, t)
		}
	}
	return tables
}

// dotted is the path of names that the tokens begin with, in dots and without quotes, and of how many tokens it is. A name without quotes can
// have hyphens, which the lexer takes for signs, and digits after them, which it takes for numbers with or without a dot.
func dotted(tokens []token.Token) (text string, n int) {
	for ; n < len(tokens); n++ {
		t, last := tokens[n], token.Token{}
		if n > 0 {
			last = tokens[n-1]
		}
		touches := n > 0 && t.Space == "" && len(t.Comments) == 0 && !quoted(last) && !quoted(t)
		switch {
		case n == 0, t.Kind == ".", strings.HasSuffix(text, ".") && (isName(t) || isNumber(t)):
		case touches && t.Kind == "-":
		case touches && (last.Kind == "-" || isNumber(last)) && (isName(t) || isNumber(t)):
		default:
			return text, n
		}
		if quoted(t) {
			text += t.AsString
		} else {
			text += t.Raw
		}
	}
	return text, n
}

func quoted(t token.Token) bool { return strings.HasPrefix(t.Raw, "`") }

func isNumber(t token.Token) bool { return t.Kind == token.TokenInt || t.Kind == token.TokenFloat }

// isName tells of words, reserved or not, and of names in quotes.
func isName(t token.Token) bool {
	_, reserved := token.KeywordsMap[t.Kind]
	return t.Kind == token.TokenIdent || reserved
}

// lex takes SQL apart. Numbers that a name goes on after, as in my-project-1a.d.t, are no mistake here.
func lex(sql string) (all []token.Token, err error) {
	// The blanks are for the lexer's errors, which point behind what is wrong and must not point behind the end.
	lexer := memefish.Lexer{File: &token.File{Buffer: sql + strings.Repeat(" ", 16)}}
	for {
		err := lexer.NextToken()
		t := lexer.Token
		if err != nil && !isNumber(t) {
			return nil, fmt.Errorf("it cannot be read: %w", err)
		}
		if i := len(all) - 1; i >= 0 && all[i].Raw == "" {
			all[i].Raw = sql[all[i].Pos:t.Pos]
		}
		if t.Kind == token.TokenEOF {
			return all, nil
		}
		all = append(all, t)
	}
}
