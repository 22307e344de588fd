using Xunit;

namespace Gateway.Dicom.Tests.Peers;

/// <summary>pydicom as Debian installs it: an independent reader, and real files of every kind.</summary>
public static class Pydicom
{
    public const string Missing = "python3-pydicom is not installed.";

    private const string Python = "/usr/bin/python3"; // Debian's own, which sees Debian's packages
    private const string Package = "/usr/lib/python3/dist-packages/pydicom";

    public static bool IsInstalled => File.Exists(Python) && Directory.Exists(Package);

    /// <summary>Its test files, ordered by name; none where it is not installed.</summary>
    public static IReadOnlyList<string> TestFiles { get; } = Files("data/test_files");

    /// <summary>Its files in many character sets; none where it is not installed.</summary>
    public static IReadOnlyList<string> CharacterSetFiles { get; } = Files("data/charset_files");

    /// <summary>What a program prints; it must succeed.</summary>
    public static async Task<string> RunAsync(string program, params string[] arguments)
    {
        var (exitCode, output) = await Dcmtk.RunAsync(
            Python, ["-W", "ignore", "-c", program, .. arguments], TestContext.Current.CancellationToken);
        return exitCode == 0 ? output : throw new InvalidOperationException(output);
    }

    /// <summary>DICOM files have the extension dcm, or, on media, none.</summary>
    private static string[] Files(string folder) => IsInstalled
        ? [.. Directory.EnumerateFiles(Path.Combine(Package, folder), "*", SearchOption.AllDirectories)
            .Where(path => Path.GetExtension(path) is ".dcm" or "").Order(StringComparer.Ordinal)]
        : [];
}
