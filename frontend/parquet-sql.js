// What query.js needs: Parquet in the browser (zstd alone, as releases are written) and SQL over it.
import { decompress } from "fzstd";
import { asyncBufferFromUrl, cachedAsyncBuffer, parquetMetadataAsync, parquetReadObjects } from "hyparquet";
import { asyncRow, executeSql } from "squirreling";

const compressors = { ZSTD: (bytes, length) => decompress(bytes, new Uint8Array(length)) };

globalThis.ParquetSQL = {
  asyncBufferFromUrl,
  asyncRow,
  cachedAsyncBuffer,
  compressors,
  executeSql,
  parquetMetadataAsync,
  parquetReadObjects,
};
