namespace Gateway.Installer.Building;

/// <summary>A table of an MSI, as <c>msiinfo export</c> prints it: names, types, key, then rows.</summary>
/// <param name="Columns">Its columns' names.</param>
/// <param name="Rows">Its rows, by column.</param>
internal sealed record MsiTable(IReadOnlyList<string> Columns, IReadOnlyList<IReadOnlyDictionary<string, string>> Rows)
{
    /// <summary>Reads one.</summary>
    /// <param name="msi">The MSI.</param>
    /// <param name="name">The table.</param>
    /// <param name="cancel">Cancels.</param>
    /// <exception cref="BuildFailure">There is none (GW8011).</exception>
    public static async Task<MsiTable> ReadAsync(string msi, string name, CancellationToken cancel)
    {
        var lines = (await ExportAsync(msi, name, cancel)).Split("\r\n", StringSplitOptions.RemoveEmptyEntries);
        if (lines.Length < 3)
            throw new BuildFailure("GW8011", $"{msi} has no table {name}.", "Is it an MSI of this product?");
        var columns = lines[0].Split('\t');
        return new MsiTable(columns, [.. lines.Skip(3).Select(line => columns.Zip(line.Split('\t')).ToDictionary(pair => pair.First, pair => pair.Second))]);
    }

    /// <summary>A table as a text archive, or an empty text.</summary>
    /// <param name="msi">The MSI.</param>
    /// <param name="name">The table.</param>
    /// <param name="cancel">Cancels.</param>
    public static Task<string> ExportAsync(string msi, string name, CancellationToken cancel) =>
        Tool.RunAsync("msiinfo", ["export", Path.GetFullPath(msi), name], Path.GetDirectoryName(Path.GetFullPath(msi))!, cancel);

    /// <summary>A value of the row with a key in its first column, or null.</summary>
    /// <param name="key">The key.</param>
    /// <param name="column">The column.</param>
    public string? Value(string key, string column) => Rows.FirstOrDefault(row => row[Columns[0]] == key)?[column];
}
