using System.ComponentModel.DataAnnotations;
using Gateway.Provisioning.Manifest.Controls;
using Gateway.Provisioning.Manifest.Values;

namespace Gateway.Provisioning.Manifest.Sections;

/// <summary>How the virus scanner is told to leave the images alone.</summary>
public enum AntivirusMode
{
    /// <summary>Folders and processes are excluded (AV-2 to AV-4).</summary>
    Folders,

    /// <summary>Where folders cannot be excluded: file extensions are (AV-5).</summary>
    Extensions,
}

/// <summary>Virus scanner and its exclusions.</summary>
public sealed record Antivirus
{
    /// <summary>Folders and processes, or extensions.</summary>
    public AntivirusMode Mode { get; init; } = AntivirusMode.Folders;

    /// <summary>Signatures may be this many days old (AV-1).</summary>
    [Range(1, 90)]
    public int SignatureMaximumAgeDays { get; init; } = 3;

    /// <summary>JCS_HOME, the home of the software that this product replaces, where a site still has it.</summary>
    public WindowsPath? JcsHome { get; init; }

    /// <summary>Excluded folders.</summary>
    public IReadOnlyList<ExcludedFolder> Folders { get; init; } = ExcludedFolder.Defaults;

    /// <summary>Excluded processes. An executable that does not exist is not excluded: it would be a hiding place.</summary>
    public IReadOnlyList<ExcludedProcess> Processes { get; init; } = Required.ExcludedProcesses;

    /// <summary>Excluded extensions of the alternative mode.</summary>
    public IReadOnlyList<string> Extensions { get; init; } = Required.ExcludedExtensions;
}

/// <summary>A folder that the virus scanner leaves alone.</summary>
public sealed record ExcludedFolder
{
    /// <summary>The folder.</summary>
    public required WindowsPath Path { get; init; }

    /// <summary>The control that asks for it: AV-2 (images) or AV-3 (programs, database).</summary>
    public required ControlId Control { get; init; }

    /// <summary>Excluded only where the folder exists already: one that the product does not make itself.</summary>
    public bool WhereItExists { get; init; }

    /// <summary>The folders of the system requirements, with the images where this product keeps them.</summary>
    public static IReadOnlyList<ExcludedFolder> Defaults { get; } =
    [
        new() { Path = WindowsPath.Of(@"E:\VISUS\images"), Control = ControlId.Of("AV-2") },
        new() { Path = WindowsPath.Of(@"D:\VISUS\jivexcs\images"), Control = ControlId.Of("AV-2"), WhereItExists = true },
        new() { Path = WindowsPath.Of(@"D:\VISUS"), Control = ControlId.Of("AV-3") },
        new() { Path = WindowsPath.Of(@"D:\mariaDB\data"), Control = ControlId.Of("AV-3") },
    ];
}

/// <summary>A process that the virus scanner leaves alone.</summary>
public sealed record ExcludedProcess
{
    /// <summary>The executable.</summary>
    public required ProgramPath Path { get; init; }

    /// <summary>The executable of the system requirements whose place it takes.</summary>
    public required string Replaces { get; init; }
}
