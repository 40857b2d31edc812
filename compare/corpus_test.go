//go:build sandbox

package compare

import (
	"context"
	"testing"
)

func TestFirst(t *testing.T) {
	c := engine(t)
	l := table(t, c, "first_l", "id INT64, v FLOAT64, s STRING", "(1, 1.0, 'a')", "(2, 2.0, 'b')", "(3, NULL, '\"')", "(NULL, 1, 'x')", "(7, 1, 'x')", "(7, 1, 'x')")
	r := table(t, c, "first_r", "id INT64, v FLOAT64, s STRING", "(1, 1.0, 'a')", "(2, 2.5, 'b')", "(3, 7, NULL)", "(NULL, 1, 'y')", "(8, 1, 'x')", "(7, 1, 'x')")
	res, err := Tables(context.Background(), c, l, r, Options{Keys: []string{"id"}})
	if err != nil {
		t.Fatal(err)
	}
	WriteText(testWriter{t}, res)
}

type testWriter struct{ t *testing.T }

func (w testWriter) Write(b []byte) (int, error) { w.t.Log(string(b)); return len(b), nil }
