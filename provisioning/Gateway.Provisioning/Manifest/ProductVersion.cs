using System.Reflection;

namespace Gateway.Provisioning.Manifest;

/// <summary>The version of this product, as it stands in the program folder's name, plans, journals and reports.</summary>
public static class ProductVersion
{
    /// <summary>Three fields, because Windows Installer compares no more.</summary>
    public static string Text { get; } =
        typeof(ProductVersion).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion;
}
