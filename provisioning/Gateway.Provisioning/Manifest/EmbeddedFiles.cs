namespace Gateway.Provisioning.Manifest;

/// <summary>The files that the product carries inside itself: <c>templates/</c>, the default manifest, the facts of a machine as delivered.</summary>
public static class EmbeddedFiles
{
    /// <summary>The text of a file.</summary>
    /// <param name="name">File name.</param>
    public static string Text(string name)
    {
        using var stream = typeof(EmbeddedFiles).Assembly.GetManifestResourceStream(name) ?? throw new InvalidOperationException($"no embedded file {name}");
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
