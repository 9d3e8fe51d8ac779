// api.hpp — the part of DuckDB's C interface that is used, as function pointers.
//
// Shape    Declared here, because no current binding package carries duckdb.h and the library is
//          opened at run time. One pair is pinned: the declarations are those of duckdb.h 1.4.4, the
//          library is 1.4.4 (packaging/duckdb), and another version is refused.
// Sources  duckdb.h of the npm package duckdb 1.4.4, MIT licence.
#pragma once

#include <cstdint>

namespace breakeven::duckdb::api {

using Handle = void*;  ///< database, connection, statement, chunk, vector, type: all opaque
using Index = std::uint64_t;

enum class State : int { success = 0, error = 1 };
enum class Type : int { boolean = 1, bigint = 5, varchar = 17, decimal = 19 };

struct Result {
  Index deprecated_column_count;
  Index deprecated_row_count;
  Index deprecated_rows_changed;
  void* deprecated_columns;
  char* deprecated_error_message;
  void* internal_data;
};

/// A string inside a vector: up to 12 bytes lie in it, of longer ones the first four and a pointer.
struct String {
  static constexpr std::uint32_t kInlined = 12;
  std::uint32_t length;
  char bytes[kInlined];
};
static_assert(sizeof(String) == 16);

struct Functions {
  const char* (*library_version)();
  State (*create_config)(Handle* config);
  State (*set_config)(Handle config, const char* name, const char* option);
  void (*destroy_config)(Handle* config);
  State (*open_ext)(const char* path, Handle* database, Handle config, char** error);
  void (*close)(Handle* database);
  State (*connect)(Handle database, Handle* connection);
  void (*disconnect)(Handle* connection);
  void (*free)(void* memory);
  State (*query)(Handle connection, const char* sql, Result* result);
  void (*destroy_result)(Result* result);
  const char* (*result_error)(Result* result);
  Index (*column_count)(Result* result);
  const char* (*column_name)(Result* result, Index column);
  Type (*column_type)(Result* result, Index column);
  Index (*rows_changed)(Result* result);
  Handle (*fetch_chunk)(Result result);
  State (*prepare)(Handle connection, const char* sql, Handle* statement);
  const char* (*prepare_error)(Handle statement);
  void (*destroy_prepare)(Handle* statement);
  State (*bind_varchar_length)(Handle statement, Index parameter, const char* text, Index length);
  State (*bind_int64)(Handle statement, Index parameter, std::int64_t value);
  State (*pending_prepared_streaming)(Handle statement, Handle* pending);
  State (*execute_pending)(Handle pending, Result* result);
  const char* (*pending_error)(Handle pending);
  void (*destroy_pending)(Handle* pending);
  Handle (*create_data_chunk)(Handle* types, Index columns);
  void (*destroy_data_chunk)(Handle* chunk);
  void (*data_chunk_reset)(Handle chunk);
  Index (*data_chunk_get_size)(Handle chunk);
  void (*data_chunk_set_size)(Handle chunk, Index size);
  Handle (*data_chunk_get_vector)(Handle chunk, Index column);
  void* (*vector_get_data)(Handle vector);
  std::uint64_t* (*vector_get_validity)(Handle vector);
  void (*vector_ensure_validity_writable)(Handle vector);
  void (*vector_assign_string_element_len)(Handle vector, Index row, const char* text,
                                           Index length);
  Handle (*create_logical_type)(Type type);
  Handle (*create_decimal_type)(std::uint8_t width, std::uint8_t scale);
  void (*destroy_logical_type)(Handle* type);
  State (*appender_create)(Handle connection, const char* schema, const char* table,
                           Handle* appender);
  const char* (*appender_error)(Handle appender);
  State (*append_data_chunk)(Handle appender, Handle chunk);
  State (*appender_close)(Handle appender);
  State (*appender_destroy)(Handle* appender);
};

}  // namespace breakeven::duckdb::api
