"""Facts about Plivo, each stated once: elements, documents, webhook parameters, signatures."""
