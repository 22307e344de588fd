using Gateway.Provisioning.Diagnosis;
using Gateway.Provisioning.Manifest.Values;

namespace Gateway.Provisioning.Machines;

/// <summary>Places of secrets that every machine has: environment variables and files.</summary>
internal static class SecretPlaces
{
    /// <summary>Why a secret cannot be reached, or null when it can.</summary>
    /// <param name="reference">A reference to a variable or a file.</param>
    public static Wording? WhyUnreachable(SecretReference reference) => reference switch
    {
        { Variable: { } variable } when string.IsNullOrEmpty(Environment.GetEnvironmentVariable(variable)) =>
            new($"die Umgebungsvariable {variable} ist nicht gesetzt", $"the environment variable {variable} is not set"),
        { File: { } file } when !File.Exists(file) => new($"die Datei {file} ist nicht vorhanden", $"there is no file {file}"),
        _ => null,
    };

    /// <summary>A secret's text.</summary>
    /// <param name="reference">A reference to a variable or a file that can be reached.</param>
    public static string Text(SecretReference reference) =>
        reference.Variable is { } variable ? Environment.GetEnvironmentVariable(variable)! : File.ReadAllText(reference.File!).TrimEnd('\r', '\n');

    /// <summary>The machine's own store lacks a secret.</summary>
    /// <param name="name">Its name.</param>
    public static Wording NoSecret(string? name) => new($"der Speicher des Rechners enthält kein Geheimnis „{name}“", $"the machine's store holds no secret '{name}'");
}
