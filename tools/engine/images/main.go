// Command images makes the container images that an engine without network
// registries starts from, and serves them as a registry on this machine.
//
//	images pack    LAYOUT RECIPES writes the images of a recipe file as an OCI layout
//	images serve   LAYOUT ADDRESS ADDRESSFILE serves it over HTTP
//	images answers SOCKET succeeds if something listens on a unix socket
package main

import (
	"errors"
	"fmt"
	"net"
	"os"
	"time"
)

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "images:", err)
		os.Exit(1)
	}
}

func run(args []string) error {
	if len(args) == 0 {
		return errors.New("no command given: use pack, serve or answers")
	}
	command, args := args[0], args[1:]
	switch {
	case command == "pack" && len(args) == 2:
		return pack(args[0], args[1])
	case command == "serve" && len(args) == 3:
		return serve(args[0], args[1], args[2])
	case command == "answers" && len(args) == 1:
		return answers(args[0])
	}
	return fmt.Errorf("command %q with %d arguments is unknown: use pack LAYOUT RECIPES, serve LAYOUT ADDRESS ADDRESSFILE or answers SOCKET", command, len(args))
}

// answers connects to a unix socket and hangs up. A socket file that a killed
// engine left behind refuses the connection.
func answers(socket string) error {
	connection, err := net.DialTimeout("unix", socket, 2*time.Second)
	if err != nil {
		return err
	}
	return connection.Close()
}
