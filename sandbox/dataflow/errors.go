package dataflow

import (
	"encoding/json"
	"errors"
	"fmt"
	"log"
	"net/http"
)

// apiError is an error in Google's form.
type apiError struct {
	code            int
	status, message string
}

func (e *apiError) Error() string { return e.message }

func invalid(format string, args ...any) error {
	return &apiError{http.StatusBadRequest, "INVALID_ARGUMENT", fmt.Sprintf(format, args...)}
}

func precondition(format string, args ...any) error {
	return &apiError{http.StatusBadRequest, "FAILED_PRECONDITION", fmt.Sprintf(format, args...)}
}

func notFound(format string, args ...any) error {
	return &apiError{http.StatusNotFound, "NOT_FOUND", fmt.Sprintf(format, args...)}
}

func alreadyExists(format string, args ...any) error {
	return &apiError{http.StatusConflict, "ALREADY_EXISTS", fmt.Sprintf(format, args...)}
}

func unimplemented(format string, args ...any) error {
	return &apiError{http.StatusNotImplemented, "UNIMPLEMENTED", fmt.Sprintf(format, args...)}
}

// answer writes a value, or the error in its place. An error that is not for the client is
// the sandbox's own: 500.
func answer(w http.ResponseWriter, value any, err error) {
	w.Header().Set("Content-Type", "application/json; charset=UTF-8")
	if err != nil {
		var e *apiError
		if !errors.As(err, &e) {
			log.Printf("dataflow: %v", err)
			e = &apiError{http.StatusInternalServerError, "INTERNAL", err.Error()}
		}
		w.WriteHeader(e.code)
		value = map[string]any{"error": map[string]any{"code": e.code, "message": e.message, "status": e.status}}
	}
	_ = json.NewEncoder(w).Encode(value)
}
