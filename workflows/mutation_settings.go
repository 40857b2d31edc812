package workflows

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/cloudspannerecosystem/memefish"
	"github.com/cloudspannerecosystem/memefish/token"

	"github.com/GlobalFishingWatch/dit/bq/steady"
)

// settings check the value of each key, and write it in its one form. The value that comes with an error is the one that was given.
var settings = map[string]func(string) (string, error){
	"source": identifierSetting, "column": identifierSetting,
	"vessels": vesselsSetting, "where": predicate,
	"rate": shareSetting, "share": shareSetting, "seed": wholeSetting(-1<<63, 1<<63-1), "count": wholeSetting(1, 1_000_000), "copies": wholeSetting(1, 100),
	"from": instantSetting, "to": instantSetting, "by": durationSetting(-longest, longest), "late": durationSetting(time.Microsecond, 24*time.Hour),
	"value": flagSetting,
}

// longest is how far times can be moved: more than any table spans, and far from what a number of nanoseconds can hold.
const longest = 100 * 365 * 24 * time.Hour

func identifierSetting(s string) (string, error) {
	if !identifier.MatchString(s) {
		return s, errors.New("want letters, digits and underscores")
	}
	return s, nil
}

// vesselsSetting reads a|b|c. The order means nothing.
func vesselsSetting(s string) (string, error) {
	vessels := strings.Split(s, "|")
	for i, v := range vessels {
		if vessels[i] = strings.TrimSpace(v); vessels[i] == "" {
			return s, errors.New("want vessels with | between them and none empty, such as 123456789|987654321")
		}
	}
	slices.Sort(vessels)
	return strings.Join(slices.Compact(vessels), "|"), nil
}

func shareSetting(s string) (string, error) {
	f, err := strconv.ParseFloat(s, 64)
	if err != nil || !(f >= 1e-9 && f <= 1) {
		return s, errors.New("want a number above 0 (at least 1e-9) and not above 1, such as 0.1 for a tenth")
	}
	return strconv.FormatFloat(f, 'g', -1, 64), nil
}

func wholeSetting(least, most int64) func(string) (string, error) {
	return func(s string) (string, error) {
		n, err := strconv.ParseInt(s, 10, 64)
		if err != nil || n < least || n > most {
			return s, fmt.Errorf("want a whole number from %d to %d", least, most)
		}
		return strconv.FormatInt(n, 10), nil
	}
}

func flagSetting(s string) (string, error) {
	if s = strings.ToLower(s); s != "true" && s != "false" {
		return s, errors.New("want true or false")
	}
	return s, nil
}

// durationSetting reads a duration such as 36h or -90m, 0 excepted.
func durationSetting(least, most time.Duration) func(string) (string, error) {
	return func(s string) (string, error) {
		d, err := time.ParseDuration(s)
		if err != nil || d == 0 || d < least || d > most || d%time.Microsecond != 0 {
			return s, fmt.Errorf("want a duration such as 36h or 90m, not 0, no finer than microseconds and from %s to %s", short(least), short(most))
		}
		return short(d), nil
	}
}

// short leaves out the zeroes that [time.Duration.String] ends in.
func short(d time.Duration) string {
	s := d.String()
	if strings.HasSuffix(s, "m0s") {
		s = strings.TrimSuffix(s, "0s")
	}
	if strings.HasSuffix(s, "h0m") {
		s = strings.TrimSuffix(s, "0m")
	}
	return s
}

// instantSetting reads a day, which is its first instant in UTC, or an instant with its zone.
func instantSetting(s string) (string, error) {
	t, err := time.Parse(time.DateOnly, s)
	if err != nil {
		t, err = time.Parse(time.RFC3339Nano, s)
	}
	if t = t.UTC(); err != nil || t.Nanosecond()%1000 != 0 || t.Year() < 1 || t.Year() > 9999 {
		return s, errors.New("want a day such as 2024-01-31, or an instant with its zone such as 2024-01-31T06:00:00Z, no finer than microseconds")
	}
	if t.Equal(t.Truncate(24 * time.Hour)) {
		return t.Format(time.DateOnly), nil
	}
	return t.Format(time.RFC3339Nano), nil
}

// instantOf reads what instantSetting wrote.
func instantOf(s string) time.Time {
	t, err := time.Parse(time.DateOnly, s)
	if err != nil {
		t, _ = time.Parse(time.RFC3339Nano, s)
	}
	return t
}

// predicate checks a SQL predicate as far as its text goes: it is one expression, and what it says of a row depends on the row alone.
// Whether its columns exist is for BigQuery to say.
func predicate(s string) (string, error) {
	text, err := expression(s)
	if err != nil {
		return s, err
	}
	if found := steady.Unsteady(text); found != "" {
		return s, fmt.Errorf("%q gives no certain rows: a mutation must choose the same whenever it is asked; choose by columns, or by rate and seed", found)
	}
	if steady.Subquery(text) {
		return s, errors.New("it has a subquery, and a mutation must depend on the rows of its source alone; write values instead")
	}
	if own := ownName(text); own != "" {
		return s, fmt.Errorf("%q is a name of the statement that dit makes around the predicate, as all that begin with dit_ are, and a mutation must depend on the rows of its source alone; choose by their columns", own)
	}
	return text, nil
}

// ownName is the first name in an expression that dit keeps for itself, quoted or not.
func ownName(text string) string {
	lexer := memefish.Lexer{File: &token.File{Buffer: text + " "}}
	for lexer.NextToken() == nil && lexer.Token.Kind != token.TokenEOF {
		if t := lexer.Token; t.Kind == token.TokenIdent && strings.HasPrefix(strings.ToLower(t.AsString), "dit_") {
			return t.AsString
		}
	}
	return ""
}

// expression gives the text with single blanks, when it stays between the parentheses it is put in.
func expression(s string) (string, error) {
	// The blanks are for the lexer's errors, which point behind what is wrong and must not point behind the end.
	lexer := memefish.Lexer{File: &token.File{Buffer: s + strings.Repeat(" ", 16)}}
	var text strings.Builder
	var open []token.TokenKind
	closes := map[token.TokenKind]token.TokenKind{")": "(", "]": "[", "}": "{"}
	for {
		if err := lexer.NextToken(); err != nil {
			if strings.Contains(err.Error(), "unclosed") {
				err = fmt.Errorf("%w; %s", err, cutAtComma)
			}
			return s, fmt.Errorf("it is no SQL: %w", err)
		}
		t := lexer.Token
		if len(t.Comments) > 0 {
			return s, errors.New("it has a comment; leave it out")
		}
		switch {
		case t.Kind == token.TokenEOF:
			if len(open) > 0 {
				return s, fmt.Errorf("a %s is not closed; %s", open[len(open)-1], cutAtComma)
			}
			if text.Len() == 0 {
				return s, errors.New("it is empty; write a SQL predicate over the columns")
			}
			return text.String(), nil
		case t.Kind == ";" || t.Kind == token.TokenParam || t.Kind == "?":
			return s, fmt.Errorf("%s has no place in a predicate", t.Raw)
		case t.Kind != token.TokenString && strings.EqualFold(t.Raw, "over"):
			return s, errors.New("it has a window function (OVER), and must say of each row by itself whether it is meant")
		case t.Kind == "(" || t.Kind == "[" || t.Kind == "{":
			open = append(open, t.Kind)
		case closes[t.Kind] != "":
			if len(open) == 0 || open[len(open)-1] != closes[t.Kind] {
				return s, fmt.Errorf("a %s closes what was not opened", t.Kind)
			}
			open = open[:len(open)-1]
		}
		if text.Len() > 0 && t.Space != "" {
			text.WriteByte(' ')
		}
		text.WriteString(t.Raw)
	}
}
