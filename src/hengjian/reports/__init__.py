"""What is handed out of an assessment: the explanation of a score as DOCX and PDF, and a workbook that re-checks it.

Pure functions from the answer of `score`, the declared card and names to bytes: the same input gives the same bytes.
"""
