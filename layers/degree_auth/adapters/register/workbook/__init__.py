"""Reading an annual report file as an XLSX workbook."""
