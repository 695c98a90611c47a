// Writes the fields of a server's configuration as JSON: for each struct its keys in YAML, each
// with the name of its type. server_settings.py runs it with the server's own module.
package main

import (
	"encoding/json"
	"os"
	"reflect"
	"strings"
)

var types = map[string]any{}

// named is the type of a field: a plain kind, a type that reads itself, or a struct by its name.
func named(t reflect.Type) any {
	if t.Kind() == reflect.Pointer {
		return named(t.Elem())
	}
	reads := reflect.PointerTo(t).Implements(unmarshaler) || reflect.PointerTo(t).Implements(textual)
	switch t.Kind() {
	case reflect.Struct:
		if reads && fields(t) == 0 {
			return title(t)
		}
		walk(t)
		return title(t)
	case reflect.Slice:
		if reads {
			return title(t)
		}
		return []any{named(t.Elem())}
	case reflect.Map:
		if reads {
			return title(t)
		}
		return map[string]any{"*": named(t.Elem())}
	case reflect.Interface:
		return "any"
	}
	if t.PkgPath() != "" && (reads || t.Name() == "Duration") {
		return title(t)
	}
	return t.Kind().String()
}

// title is the package and the name of a type. Both servers have types of their own beside those of
// github.com/prometheus/common/config: two are called URL.
func title(t reflect.Type) string {
	if strings.HasSuffix(t.PkgPath(), "prometheus/common/config") {
		return "common." + t.Name()
	}
	return t.String()
}

func fields(t reflect.Type) int {
	number := 0
	for i := range t.NumField() {
		if _, tagged := t.Field(i).Tag.Lookup("yaml"); tagged {
			number++
		}
	}
	return number
}

func walk(t reflect.Type) {
	if _, done := types[title(t)]; done {
		return
	}
	found := map[string]any{}
	types[title(t)] = found
	into(t, found)
}

func into(t reflect.Type, found map[string]any) {
	for i := range t.NumField() {
		field := t.Field(i)
		if !field.IsExported() {
			continue
		}
		name, options, _ := strings.Cut(field.Tag.Get("yaml"), ",")
		if name == "-" {
			continue
		}
		if strings.Contains(options, "inline") {
			inner := field.Type
			if inner.Kind() == reflect.Pointer {
				inner = inner.Elem()
			}
			if inner.Kind() == reflect.Map {
				found["*"] = named(inner.Elem())
			} else {
				into(inner, found)
			}
			continue
		}
		if name == "" {
			name = strings.ToLower(field.Name)
		}
		found[name] = named(field.Type)
	}
}

func main() {
	for _, root := range roots {
		walk(reflect.TypeOf(root))
	}
	for _, extra := range extras {
		for key, value := range extra.keys {
			types[extra.of].(map[string]any)[key] = named(reflect.TypeOf(value))
		}
	}
	encoder := json.NewEncoder(os.Stdout)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(types); err != nil {
		panic(err)
	}
}

type addition struct {
	of   string
	keys map[string]any
}

type yamlUnmarshaler interface {
	UnmarshalYAML(func(any) error) error
}

type textUnmarshaler interface {
	UnmarshalText([]byte) error
}

var (
	unmarshaler = reflect.TypeOf((*yamlUnmarshaler)(nil)).Elem()
	textual     = reflect.TypeOf((*textUnmarshaler)(nil)).Elem()
)
