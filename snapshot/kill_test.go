package snapshot

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"testing"
	"time"
)

// takeForEver is what the test's own program does when DIT_TAKE names a directory: it takes snapshots of ever new files until it is killed.
func takeForEver(dir string) {
	for i := 0; ; i++ {
		for j := range 20 {
			if err := os.WriteFile(fmt.Sprintf("%s/f%d", dir, j), fmt.Appendf(nil, "%d %d %d", os.Getpid(), i, j), 0o644); err != nil {
				panic(err)
			}
		}
		if _, err := Take(context.Background(), dir, Options{Pipeline: "p"}); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
	}
}

// Whenever it is killed, every ref is whole, and the next snapshot is made.
func TestKilled(t *testing.T) {
	w := newWork(t)
	for j := range 20 {
		w.write(fmt.Sprintf("f%d", j), "x")
	}
	w.commit("first")
	taken := func() bool { return w.git("for-each-ref", "refs/dit-snapshots") != "" }
	// On a slow machine some rounds may end before the first snapshot has begun.
	for round := 0; round < 8 || !taken() && round < 80; round++ {
		c := exec.Command(os.Args[0])
		c.Env = append(os.Environ(), "DIT_TAKE="+w.dir)
		c.Stderr = os.Stderr
		if err := c.Start(); err != nil {
			t.Fatal(err)
		}
		time.Sleep(200*time.Millisecond + time.Duration(rand.IntN(300_000))*time.Microsecond)
		if err := c.Process.Kill(); err != nil {
			t.Fatalf("it ended by itself: %v", err)
		}
		if c.Wait(); c.ProcessState.Exited() {
			t.Fatal("it ended by itself")
		}
	}
	w.git("fsck", "--strict", "--no-dangling")
	before := taken()
	w.write("f0", "the last")
	if s := w.take(Options{}); w.git("rev-parse", s.Ref) != s.Commit {
		t.Errorf("%+v", s)
	}
	if !before {
		t.Error("no snapshot was made before the kills")
	}
}
