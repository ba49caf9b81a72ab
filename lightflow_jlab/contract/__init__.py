"""The only data that crosses a boundary: process to file, server to browser, store to reader.

Plain msgspec structs without behaviour. `rest` and `stream` become `contract.json` and
`src/api/contract.ts`; `records` is what the spool holds. JSON names are the Python names.
Times are integers in milliseconds since the epoch, UTC, unless a name says otherwise.
"""
